using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;

namespace SparseProf.Ops.Tests.Architectures;

public sealed class HuggingFaceConfigTests
{
    private const string Bert = """{"model_type":"bert","architectures":["BertModel"],"num_hidden_layers":12,"hidden_size":768,"num_attention_heads":12,"intermediate_size":3072,"vocab_size":30522}""";

    [Fact]
    public void Bert_base_has_its_published_FLOPs_and_parameters()
    {
        var graph = HuggingFaceConfig.Parse(Bert, "config.json").Graph(1, 512, DType.Fp16, SparsityPattern.Dense.Instance, Phase.Prefill, fusedAttention: true);

        // 2·T·85 M for linear layers and 4·T²·768·12 for attention.
        Assert.InRange(graph.DenseEquivalentFlops.Value, 9.5e10, 9.9e10);
        Assert.InRange(graph.TotalParameters.Value, 1.08e8, 1.11e8);
    }

    [Fact]
    public void An_unknown_architecture_says_which_are_known()
    {
        var error = Assert.Throws<UserErrorException>(() => HuggingFaceConfig.Parse("""{"model_type":"mamba"}""", "config.json"));

        Assert.Contains("mamba", error.Message, StringComparison.Ordinal);
        Assert.Contains("bert", error.Allowed, StringComparison.Ordinal);
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
