using SparseProf.Ops.Architectures;

namespace SparseProf.Ops.Tests.Architectures;

public sealed class TransformerConfigTests
{
    private static readonly Routing s_switch16 = new(16, 1, 1.25);

    [Fact]
    public void The_default_is_bert_base_with_its_published_parameters()
    {
        // 23,837,184 embeddings + 12 · 7,087,872 + 590,592 pooler (Devlin et al. 2019) + 1,538 classifier.
        Assert.Equal(109_483_778, new TransformerConfig().Graph(1).TotalParameters.Value);
    }

    [Fact]
    public void Its_flops_are_the_products_of_the_encoder_and_the_two_heads()
    {
        const double Layer = 2 * 128.0 * (4 * 768 * 768 + 2 * 768 * 3072) + 4.0 * 128 * 128 * 768;

        Assert.Equal(12 * Layer + 2 * 768.0 * (768 + 2), new TransformerConfig().Graph(1).DenseEquivalentFlops.Value);
    }

    [Fact]
    public void Six_switch_layers_of_sixteen_experts_store_492_million_and_use_67()
    {
        var graph = new TransformerConfig { Layers = 6, Routing = s_switch16 }.Graph(1);

        Assert.Equal(492_049_154, graph.TotalParameters.Value);
        Assert.Equal(67_030_274, graph.ActiveParameters.Value);
    }

    [Fact]
    public void Every_second_layer_of_fourteen_experts_stores_478_million_and_uses_110()
    {
        var graph = new TransformerConfig { Routing = new Routing(14, 1, 1.25), SwitchEvery = 2 }.Graph(1);
        var dense = new TransformerConfig().Graph(1);
        const double Routers = 6 * 768 * 14;

        Assert.Equal(477_897_986, graph.TotalParameters.Value);
        Assert.Equal(dense.TotalParameters.Value + Routers, graph.ActiveParameters.Value);
        Assert.Equal(dense.DenseEquivalentFlops.Value + 2 * 128 * Routers, graph.DenseEquivalentFlops.Value);
    }

    [Fact]
    public void Two_of_four_halves_the_encoder_weights_and_nothing_else()
    {
        const long EncoderWeights = 12 * (4 * 768 * 768 + 2 * 768 * 3072);
        var graph = new TransformerConfig { EncoderPattern = SparsityPattern.TwoFour }.Graph(1);

        Assert.Equal(109_483_778 - EncoderWeights / 2, graph.NonzeroParameters.Value);
    }

    [Fact]
    public void Block_density_is_that_of_whole_blocks()
    {
        var pattern = new SparsityPattern.Block(32, 32, new(0.2));
        var config = new TransformerConfig { EncoderPattern = pattern };

        // 0.2 of 24 · 24 blocks is 115.2.
        Assert.Equal(115 * 1024, config.PatternOf(768, 768).Nonzeros(768, 768));
        Assert.Equal(461 * 1024, config.PatternOf(3072, 768).Nonzeros(3072, 768));
    }

    [Fact]
    public void A_pattern_that_does_not_fit_the_width_is_refused()
    {
        var config = new TransformerConfig { Width = 100, EncoderPattern = new SparsityPattern.Block(32, 32, new(0.2)) };

        Assert.Throws<ArgumentException>(() => config.Graph(1));
    }
}
