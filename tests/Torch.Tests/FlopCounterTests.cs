namespace SparseProf.Torch.Tests;

public sealed class FlopCounterTests
{
    public FlopCounterTests() => RequiresTorch.OrSkip();

    [Fact]
    public void Products_and_convolutions_count_two_flops_a_multiply_add()
    {
        using var scope = TensorScope.Enter();
        using var counter = FlopCounter.Start();

        Aten.Linear(Aten.Zeros([2, 5, 3]), Aten.Zeros([7, 3]));
        Aten.Bmm(Aten.Zeros([4, 2, 3]), Aten.Zeros([4, 3, 5]));
        Aten.Matmul(Aten.Zeros([6, 2, 3]), Aten.Zeros([3, 5]));
        Aten.Conv2d(Aten.Zeros([2, 3, 8, 8]), Aten.Zeros([4, 3, 3, 3]), stride: 2, padding: 1);
        Aten.Relu(Aten.Zeros([100]));

        Assert.Equal(2 * 10 * 3 * 7, counter.FlopsByOperator["linear"]);
        Assert.Equal((2 * 4 * 2 * 3 * 5) + (2 * 6 * 2 * 3 * 5), counter.FlopsByOperator["matmul"]);
        Assert.Equal(2 * 2 * 4 * 4 * 4 * 27, counter.FlopsByOperator["conv2d"]);
        Assert.Equal(counter.FlopsByOperator.Values.Sum(), counter.Flops);
    }

    [Fact]
    public void A_closed_counter_counts_no_more()
    {
        using var scope = TensorScope.Enter();
        var counter = FlopCounter.Start();
        counter.Dispose();

        Aten.Matmul(Aten.Zeros([2, 2]), Aten.Zeros([2, 2]));

        Assert.Equal(0, counter.Flops);
    }
}
