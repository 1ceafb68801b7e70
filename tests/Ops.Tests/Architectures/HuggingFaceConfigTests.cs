using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;

namespace SparseProf.Ops.Tests.Architectures;

public sealed class HuggingFaceConfigTests
{
    private const string Bert = """{"model_type":"bert","architectures":["BertModel"],"num_hidden_layers":12,"hidden_size":768,"num_attention_heads":12,"intermediate_size":3072,"vocab_size":30522}""";

    [Fact]
    public void Half_a_character_is_told_as_that() => Assert.Equal(
        "the config holds half a character",
        Assert.Throws<UserErrorException>(() => HuggingFaceConfig.Parse("""{"model_type":"\ud800"}""", "config.json")).Message);

    [Fact]
    public void Bert_base_has_its_published_FLOPs_and_parameters()
    {
        var graph = HuggingFaceConfig.Parse(Bert, "config.json").Graph(1, 512, DType.Fp16, SparsityPattern.Dense.Instance, Phase.Prefill, fusedAttention: true);

        // 2·T·85 M for linear layers and 4·T²·768·12 for attention.
        Assert.InRange(graph.DenseEquivalentFlops.Value, 9.5e10, 9.9e10);
        Assert.InRange(graph.TotalParameters.Value, 1.08e8, 1.11e8);
    }

    [Fact]
    public void DeepSeek_V3_has_its_published_parameters_in_prefill_and_decode()
    {
        const string Config = """
            {"model_type":"deepseek_v3","architectures":["DeepseekV3ForCausalLM"],"num_hidden_layers":61,"hidden_size":7168,"num_attention_heads":128,"num_key_value_heads":128,
            "intermediate_size":18432,"moe_intermediate_size":2048,"n_routed_experts":256,"n_shared_experts":1,"num_experts_per_tok":8,"first_k_dense_replace":3,
            "q_lora_rank":1536,"kv_lora_rank":512,"qk_nope_head_dim":128,"qk_rope_head_dim":64,"v_head_dim":128,"vocab_size":129280,"tie_word_embeddings":false}
            """;
        var model = HuggingFaceConfig.Parse(Config, "config.json");

        foreach (var phase in Enum.GetValues<Phase>())
        {
            var graph = model.Graph(1, 1024, DType.Bf16, SparsityPattern.Dense.Instance, phase, fusedAttention: true);
            Assert.InRange(graph.TotalParameters.Value, 670e9, 672e9);
            Assert.InRange(graph.ActiveParameters.Value, 36.5e9, 38.5e9);
        }

        // A token leaves the latent and its rotary part: 576 numbers a layer, not 2·128 heads.
        Assert.Equal(61 * 576 * 2, model.CacheBytesPerToken(DType.Bf16));
    }

    [Fact]
    public void A_fixed_expert_capacity_bounds_what_each_expert_of_a_Switch_layer_computes()
    {
        const string Config = """
            {"model_type":"switch_transformers","architectures":["SwitchTransformersForConditionalGeneration"],"d_model":1024,"d_ff":16384,"d_kv":128,"num_heads":32,"num_layers":24,
            "num_decoder_layers":24,"num_experts":4,"expert_capacity":64,"num_sparse_encoder_layers":12,"num_sparse_decoder_layers":12,"vocab_size":32128}
            """;
        var graph = HuggingFaceConfig.Parse(Config, "config.json").Graph(2, 512, DType.Fp32, SparsityPattern.Dense.Instance, Phase.Prefill, fusedAttention: false);

        var up = graph.Nodes.Single(node => node.Name == "experts.up");
        Assert.Equal((new GemmShape(128, 16384, 1024), 12 * 4), (((Gemm)up.Op).Shape, up.Count));
    }

    [Fact]
    public void An_unknown_architecture_says_which_are_known()
    {
        var error = Assert.Throws<UserErrorException>(() => HuggingFaceConfig.Parse("""{"model_type":"mamba"}""", "config.json"));

        Assert.Contains("mamba", error.Message, StringComparison.Ordinal);
        Assert.Contains("bert", error.Allowed, StringComparison.Ordinal);
    }

    [Fact]
    public void More_heads_than_dimensions_are_refused()
    {
        var error = Assert.Throws<UserErrorException>(() => HuggingFaceConfig.Parse(Bert.Replace("768", "8", StringComparison.Ordinal), "config.json"));

        Assert.Contains("12 heads share a width of 8", error.Message, StringComparison.Ordinal);
        Assert.Equal("config.json", error.Where);
    }

    [Fact]
    public void Damaged_configs_never_crash()
    {
        var random = new Random(2);
        for (var i = 0; i < 500; i++)
        {
            var text = Bert.ToCharArray();
            for (var j = 0; j < 3; j++)
                text[random.Next(text.Length)] = (char)random.Next(32, 127);
            var caught = Record.Exception(() => HuggingFaceConfig.Parse(new string(text), "config.json"));
            Assert.True(caught is null or UserErrorException, caught?.ToString());
        }
    }
}
