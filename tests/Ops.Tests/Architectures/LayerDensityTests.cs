using SparseProf.Ops.Architectures;
using SparseProf.Ops.Statistics;

namespace SparseProf.Ops.Tests.Architectures;

public sealed class LayerDensityTests
{
    private static readonly PrunableLayer s_small = new("small", 16, 16, 3, 0.1);
    private static readonly PrunableLayer s_large = new("large", 256, 256, 3, 0.02);

    [Fact]
    public void Erdos_renyi_shares_in_proportion_to_the_sums_of_dimensions()
    {
        var kept = new LayerDensity.ErdosRenyiKernel().KeptWeights([s_small, s_large], 5560);

        // 16 + 16 + 3 + 3 = 38 and 256 + 256 + 3 + 3 = 518 parts of 556: ten weights a part.
        Assert.Equal([380L, 5180], kept);
    }

    [Fact]
    public void A_layer_that_would_be_over_full_is_dense_and_the_others_take_the_rest()
    {
        var kept = new LayerDensity.ErdosRenyiKernel().KeptWeights([s_small, s_large], 300_000);

        Assert.Equal([s_small.Weights, 300_000 - s_small.Weights], kept);
    }

    [Fact]
    public void Uniform_shares_give_every_layer_one_density() =>
        Assert.Equal([s_small.Weights / 4, s_large.Weights / 4], new LayerDensity.Uniform().KeptWeights([s_small, s_large], (s_small.Weights + s_large.Weights) / 4));

    [Fact]
    public void A_global_threshold_keeps_more_of_layers_with_larger_weights()
    {
        var kept = new LayerDensity.GlobalMagnitude().KeptWeights([s_small, s_large], 100_000);

        Assert.Equal(100_000, kept.Sum());
        Assert.True((double)kept[0] / s_small.Weights > 0.7);
        Assert.True((double)kept[1] / s_large.Weights < 0.2);
    }

    [Fact]
    public void Layers_of_one_spread_are_pruned_alike()
    {
        var kept = new LayerDensity.GlobalMagnitude().KeptWeights([s_small with { Deviation = 1 }, s_large with { Deviation = 1 }], 200_000);

        Assert.Equal((double)kept[0] / s_small.Weights, (double)kept[1] / s_large.Weights, 3);
    }

    [Fact]
    public void A_budget_beyond_all_weights_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerDensity.ErdosRenyiKernel().KeptWeights([s_small], s_small.Weights + 1));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0.31731051)]
    [InlineData(1.959964, 0.05)]
    [InlineData(3, 0.0026997961)]
    public void The_two_sided_tail_of_the_normal_agrees_with_tables(double z, double tail) =>
        Assert.Equal(tail, Normal.TwoSidedTail(z), 7);
}
