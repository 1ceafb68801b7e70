using SparseProf.Ops.Architectures;

namespace SparseProf.Ops.Tests.Architectures;

public sealed class PublishedModelTests
{
    public static TheoryData<string, double, double> Published { get; } =
        [.. ModelConfigs.Published.Select(model => new TheoryDataRow<string, double, double>(model.Name, model.Total, model.Active))];

    // Positions, biases of gated models and routers' small matrices are not all counted: within 1.5 %.
    [Theory]
    [MemberData(nameof(Published))]
    public void A_published_model_has_its_published_parameters(string name, double total, double active)
    {
        var graph = HuggingFaceConfig.Read(ModelConfigs.Path(name)).Graph(1, 128, DType.Bf16, SparsityPattern.Dense.Instance, Phase.Prefill, fusedAttention: true);

        Assert.InRange(graph.TotalParameters.Value, 0.985 * total, 1.015 * total);
        Assert.InRange(graph.ActiveParameters.Value, 0.97 * active, 1.03 * active);
    }
}
