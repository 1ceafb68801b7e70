using SparseProf.Ops.Architectures;

namespace SparseProf.Ops.Tests.Architectures;

public sealed class ResNetConfigTests
{
    [Fact]
    public void The_default_is_resnet_18_for_small_images()
    {
        var config = new ResNetConfig();

        Assert.Equal(11_173_962, config.Graph(1).TotalParameters.Value);
        Assert.Equal(11_173_962, config.TotalParameters);
    }

    [Fact]
    public void Its_flops_are_those_of_its_convolutions_and_classifier()
    {
        // Each 3×3 convolution of a stage after its first has 2 · 1024 · 9 · 64² FLOPs: images shrink as channels grow.
        const double Full = 2 * 1024.0 * 9 * 64 * 64;
        const double Stem = 2 * 1024.0 * 27 * 64;
        const double Shortcut = Full / 18;
        const double Classifier = 2 * 512 * 10;

        Assert.Equal(Stem + 13 * Full + 3 * Full / 2 + 3 * Shortcut + Classifier, new ResNetConfig().Graph(1).DenseEquivalentFlops.Value);
    }

    [Theory]
    [InlineData(3_000_000, true)]
    [InlineData(7_000_000, false)]
    public void Pruning_leaves_exactly_the_budget(long budget, bool erdosRenyi)
    {
        LayerDensity density = erdosRenyi ? new LayerDensity.ErdosRenyiKernel() : new LayerDensity.GlobalMagnitude();
        var graph = new ResNetConfig { Pruning = new(density, budget) }.Graph(1);

        Assert.Equal(budget, graph.NonzeroParameters.Value);
        Assert.Equal(11_173_962, graph.TotalParameters.Value);
        Assert.True(graph.NonzeroFlops.Value < graph.DenseEquivalentFlops.Value);
    }
}
