using SparseProf.Ops;
using SparseProf.Torch;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Tests.Modules;

public sealed class RouterLossesTests
{
    public RouterLossesTests() => RequiresTorch.OrSkip();

    [Theory]
    [InlineData(new long[] { 0, 1, 2, 3 }, 0f, 1)]
    [InlineData(new long[] { 0, 0, 0, 0 }, 50f, 4)]
    [InlineData(new long[] { 0, 0, 1, 1 }, 0f, 1)]
    public void The_load_balancing_loss_is_1_where_even_and_E_where_one_expert_takes_all(long[] choices, float preference, double expected)
    {
        using var scope = TensorScope.Enter();
        var logits = Aten.Zeros([4, 4]);
        for (var token = 0; token < 4; token++)
            logits.Data<float>()[token * 4] = preference;

        var loss = RouterLosses.LoadBalancing(Aten.Softmax(logits, -1), TokenAssignment.Of(choices, new Routing(4, 1, 4)));

        Assert.Equal(expected, loss.Item<float>(), 1e-5);
    }

    [Fact]
    public void The_z_loss_is_the_mean_squared_logarithm_of_the_sum_of_exponentials()
    {
        using var scope = TensorScope.Enter();
        var logits = Aten.FromArray([0f, 0, 2, 2], 2, 2);

        using var loss = RouterLosses.Of(
            logits, Aten.Softmax(logits, -1), TokenAssignment.Of([0, 1], new Routing(2, 1, 2)), new RouterTraining { LoadBalancing = 0, ZLoss = 0.1 })!;

        Assert.Equal(0.1 * (Math.Pow(Math.Log(2), 2) + Math.Pow(2 + Math.Log(2), 2)) / 2, loss.Item<float>(), 1e-6);
    }

    [Fact]
    public void Without_weights_there_is_no_loss()
    {
        using var scope = TensorScope.Enter();
        var logits = Aten.Zeros([1, 2]);

        Assert.Null(RouterLosses.Of(logits, logits, TokenAssignment.Of([0], new Routing(2, 1, 2)), new RouterTraining { LoadBalancing = 0, ZLoss = 0 }));
    }

    [Theory]
    [InlineData(0f, 1)]
    [InlineData(100f, 0)]
    public void Entropy_is_1_where_no_expert_is_preferred_and_0_where_one_is_sure(float preference, double expected)
    {
        using var scope = TensorScope.Enter();
        var logits = Aten.FromArray([preference, 0f, 0, 0], 1, 4);

        Assert.Equal(expected, RouterLosses.Entropy(logits, Aten.Softmax(logits, -1)), 1e-5);
    }

    [Fact]
    public void The_gradient_of_the_load_balancing_loss_moves_tokens_from_the_busiest_expert()
    {
        using var scope = TensorScope.Enter();
        var logits = Aten.Zeros([4, 2]);
        logits.RequiresGrad = true;

        Autograd.Backward(RouterLosses.LoadBalancing(Aten.Softmax(logits, -1), TokenAssignment.Of([0, 0, 0, 1], new Routing(2, 1, 2))));

        Assert.All(Autograd.Grad(logits)!.Data<float>().ToArray().Chunk(2), token => Assert.True(token[0] > 0 && token[1] < 0));
    }
}
