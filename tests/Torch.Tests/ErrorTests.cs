namespace SparseProf.Torch.Tests;

public sealed class ErrorTests
{
    public ErrorTests() => RequiresTorch.OrSkip();

    [Fact]
    public void A_refused_call_names_the_operator_and_gives_the_first_line_of_libtorch()
    {
        using var scope = TensorScope.Enter();
        var left = Aten.Zeros([2, 3]);
        var right = Aten.Zeros([4, 5]);

        var error = Assert.Throws<TorchException>(() => Aten.Mm(left, right));

        Assert.Equal("aten::mm: mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)", error.Message);
    }

    [Fact]
    public void An_operator_that_this_libtorch_lacks_says_so_when_called()
    {
        var absent = new Operator("aten::no_such_operator");

        Assert.False(absent.Exists);
        Assert.Equal("aten::no_such_operator: this libtorch has no such operator", Assert.Throws<TorchException>(() => absent.Call()).Message);
    }

    [Fact]
    public void An_argument_without_a_default_cannot_be_left_out()
    {
        using var tensor = Aten.Zeros([2, 2]);

        var error = Assert.Throws<TorchException>(() => new Operator("aten::mm").Call(tensor));

        Assert.Equal("aten::mm: argument mat2 has no default value", error.Message);
    }

    [Fact]
    public void Too_many_arguments_are_counted()
    {
        using var tensor = Aten.Zeros([2, 2]);

        var error = Assert.Throws<TorchException>(() => new Operator("aten::relu").Call(tensor, 1L));

        Assert.Equal("aten::relu: takes 1 arguments, got 2", error.Message);
    }

    [Fact]
    public void A_failed_call_leaks_nothing()
    {
        using var left = Aten.Zeros([2, 3]);
        var before = TorchRuntime.LiveTensors;

        for (var i = 0; i < 100; i++)
            Assert.Throws<TorchException>(() => Aten.Mm(left, left));

        Assert.Equal(before, TorchRuntime.LiveTensors);
    }
}
