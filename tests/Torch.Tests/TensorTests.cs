namespace SparseProf.Torch.Tests;

public sealed class TensorTests
{
    public TensorTests() => RequiresTorch.OrSkip();

    [Fact]
    public void Linear_multiplies_by_the_transposed_weight_and_adds_the_bias()
    {
        using var scope = TensorScope.Enter();
        var x = Aten.FromArray([1f, 2, 3, 4, 5, 6], 2, 3);
        var weight = Aten.FromArray([1f, 0, 0, 0, 1, 1], 2, 3);
        var bias = Aten.FromArray([10f, 20], 2);

        var y = Aten.Linear(x, weight, bias);

        Assert.Equal([2, 2], y.Shape);
        Assert.Equal([11f, 25, 14, 31], y.Data<float>());
    }

    [Fact]
    public void A_tensor_over_an_array_shares_its_memory_both_ways()
    {
        var array = new float[] { 1, 2, 3 };
        using var scope = TensorScope.Enter();
        var tensor = Aten.FromArray(array, 3);

        array[0] = 5;
        Aten.MulInPlace(tensor, 2);

        Assert.Equal([10f, 4, 6], array);
        Assert.Equal([10f, 4, 6], tensor.Data<float>());
    }

    [Fact]
    public void A_view_keeps_the_array_alive_after_the_tensor_is_gone()
    {
        using var view = ViewOfFreshArray();
        for (var i = 0; i < 50; i++)
            _ = new float[100_000];
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.Equal([2f, 3], view.Data<float>());

        static Tensor ViewOfFreshArray()
        {
            using var whole = Aten.FromArray([1f, 2, 3], 3);
            return Aten.Slice(whole, 0, 1, 3);
        }
    }

    [Fact]
    public void Shape_type_and_device_read_back_what_was_asked_for()
    {
        using var tensor = Aten.Zeros([2, 3, 4], ScalarType.Int64);

        Assert.Equal((3, 24, ScalarType.Int64, TorchDevice.Cpu), (tensor.Rank, tensor.Elements, tensor.ScalarType, tensor.Device));
        Assert.Equal(4, tensor.Size(-1));
        Assert.True(tensor.IsContiguous);
        Assert.Equal("Int64 tensor [2, 3, 4] on cpu", tensor.ToString());
    }

    [Fact]
    public void Elements_of_another_type_or_without_contiguous_memory_are_refused()
    {
        using var scope = TensorScope.Enter();
        var matrix = Aten.Zeros([2, 3]);
        var transposed = Aten.Transpose(matrix, 0, 1);

        Assert.Throws<InvalidOperationException>(() => matrix.Data<long>().Length);
        Assert.Throws<InvalidOperationException>(() => transposed.Data<float>().Length);
        Assert.Throws<InvalidOperationException>(() => matrix.Item<float>());
    }

    [Fact]
    public void Sizes_that_do_not_hold_the_array_are_refused() =>
        Assert.Throws<ArgumentException>(() => Aten.FromArray([1f, 2, 3], 2, 2));

    [Fact]
    public void A_disposed_tensor_is_not_passed_to_libtorch()
    {
        var tensor = Aten.Zeros([2]);
        tensor.Dispose();

        Assert.Throws<ObjectDisposedException>(() => Aten.Relu(tensor));
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        using var scope = TensorScope.Enter();
        TorchRuntime.Seed(7);
        var first = Aten.Randn([64]);
        TorchRuntime.Seed(7);
        var second = Aten.Randn([64]);
        var third = Aten.Randn([64]);

        Assert.Equal(first.Data<float>(), second.Data<float>());
        Assert.NotEqual(first.Data<float>().ToArray(), third.Data<float>().ToArray());
    }

    [Fact]
    public void Several_results_come_back_in_order()
    {
        using var scope = TensorScope.Enter();

        var (values, indices) = Aten.Topk(Aten.FromArray([1f, 9, 4, 7], 4), 2);

        Assert.Equal([9f, 7], values.Data<float>());
        Assert.Equal([1L, 3], indices.Data<long>());
    }

    [Fact]
    public void Lists_of_tensors_go_in_and_come_out()
    {
        using var scope = TensorScope.Enter();
        var joined = Aten.Cat([Aten.Zeros([1]), Aten.Ones([2])]);

        var parts = new Operator("aten::split", "Tensor").CallForAll(joined, 2L);

        Assert.Equal([0f, 1, 1], joined.Data<float>());
        Assert.Equal([2L, 1L], parts.Select(part => part.Size(0)));
    }
}
