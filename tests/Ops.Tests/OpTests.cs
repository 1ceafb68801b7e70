using SparseProf.Ops.Units;

namespace SparseProf.Ops.Tests;

public class OpTests
{
    [Fact]
    public void A_product_counts_two_flops_a_multiply_add_and_only_stored_weights_when_sparse()
    {
        var op = new Gemm(new GemmShape(128, 3072, 768), DType.Fp32, SparsityPatternText.Parse("csr@0.1"));

        Assert.Equal(2.0 * 128 * 3072 * 768, op.DenseEquivalentFlops.Value);
        Assert.Equal(2.0 * 128 * Math.Round(3072 * 768 * 0.1), op.NonzeroFlops.Value);
    }

    [Fact]
    public void Compulsory_traffic_of_a_product_is_both_operands_and_the_result()
    {
        var op = new Gemm(new GemmShape(16, 32, 64), DType.Bf16, SparsityPattern.Dense.Instance);

        Assert.Equal((16 * 64 + 32 * 64 + 16 * 32) * 2, op.CompulsoryTraffic.Value);
    }

    [Fact]
    public void A_convolution_is_the_product_over_its_image_patches()
    {
        var op = new Conv2d(8, 3, 64, 32, 32, 3, 1, 1, DType.Fp32, SparsityPattern.Dense.Instance);

        Assert.Equal(new GemmShape(8 * 32 * 32, 64, 27), op.AsGemm);
        Assert.Equal(64 * 27, op.TotalParameters.Value);
    }

    [Fact]
    public void Causal_attention_does_half_the_work_of_long_sequences()
    {
        var op = new Attention(1, 12, 12, 1000, 1000, 64, Causal: true, DType.Bf16);

        Assert.Equal(0.5005, op.NonzeroFlops / op.DenseEquivalentFlops, 6);
    }

    [Fact]
    public void One_new_token_sees_the_whole_cache()
    {
        var op = new Attention(1, 12, 12, 1, 1000, 64, Causal: true, DType.Bf16);

        Assert.Equal(1, op.NonzeroFlops / op.DenseEquivalentFlops, 12);
    }

    [Fact]
    public void A_mixture_stores_every_expert_and_uses_k_of_them()
    {
        var op = new MoeFfn(128, 768, 3072, new Routing(16, 1, 1.25), DType.Fp32, SparsityPattern.Dense.Instance, Bias: true);
        const double expert = 2 * 768 * 3072 + 3072 + 768;

        Assert.Equal(768 * 16 + 16 * expert, op.TotalParameters.Value);
        Assert.Equal(768 * 16 + expert, op.ActiveParameters.Value);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1_000_000, 16)]
    public void A_large_batch_touches_every_expert_and_one_token_touches_one(long tokens, double experts) =>
        Assert.Equal(experts, new Routing(16, 1, null).ExpectedActiveExperts(tokens), 9);

    [Fact]
    public void Expert_capacity_rounds_up_and_never_exceeds_the_tokens()
    {
        Assert.Equal(10, new Routing(16, 1, 1.25).ExpertCapacity(128));
        Assert.Equal(3, new Routing(2, 2, 4).ExpertCapacity(3));
    }

    [Fact]
    public void A_graph_counts_shared_parameters_once()
    {
        var table = new Embedding(1000, 8, 4, DType.Fp32);
        var graph = new Graph("tied", [new GraphNode("in", table), new GraphNode("out", table) { OwnsParameters = false }]);

        Assert.Equal(8000, graph.TotalParameters.Value);
        Assert.Equal(2 * table.CompulsoryTraffic.Value, graph.CompulsoryTraffic.Value);
    }
}
