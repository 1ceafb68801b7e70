using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;

namespace SparseProf.Workloads;

/// <summary>The models that SparseProf knows by name.</summary>
public static class WorkloadCatalog
{
    private const double CapacityFactor = 1.25;

    public static Workload DenseTransformer { get; } = new(
        "dense-transformer",
        "BERT-base encoder: 12 layers, width 768, 12 heads, 128 tokens, 2 classes",
        new TransformerConfig(),
        Batch: 1);

    public static Workload SwitchMoe { get; } = new(
        "switch-moe",
        "6 layers of BERT-base with Switch layers of 16 experts, top-1, capacity factor 1.25",
        new TransformerConfig { Layers = 6, Routing = new Routing(16, 1, CapacityFactor) },
        Batch: 1);

    public static Workload SwitchMoeIso { get; } = new(
        "switch-moe-iso",
        "BERT-base with every second feed-forward layer a Switch layer of 14 experts: active FLOPs as dense",
        new TransformerConfig { Routing = new Routing(14, 1, CapacityFactor), SwitchEvery = 2 },
        Batch: 1);

    public static Workload DenseCnn { get; } = new(
        "dense-cnn",
        "ResNet-18 for 32x32 images, 10 classes",
        new ResNetConfig(),
        Batch: 1);

    public static Workload SparseCnnDst { get; } = new(
        "sparse-cnn-dst",
        "ResNet-18 with unstructured masks distributed by ERK as in dynamic sparse training, 3.0 M nonzero",
        new ResNetConfig { Pruning = new Pruning(new LayerDensity.ErdosRenyiKernel(), 3_000_000) },
        Batch: 1);

    public static Workload PrunedCnn { get; } = new(
        "pruned-cnn",
        "ResNet-18 after global magnitude pruning, 7.0 M nonzero",
        new ResNetConfig { Pruning = new Pruning(new LayerDensity.GlobalMagnitude(), 7_000_000) },
        Batch: 1);

    public static Workload PrunedTransformer { get; } = new(
        "pruned-transformer",
        "BERT-base encoder with pruned weights: 2:4 unless another pattern is given",
        new TransformerConfig { EncoderPattern = SparsityPattern.TwoFour },
        Batch: 1);

    /// <summary>Dense ones stand before the sparse ones that are compared with them.</summary>
    public static IReadOnlyList<Workload> All { get; } =
        [DenseTransformer, SwitchMoe, SwitchMoeIso, PrunedTransformer, DenseCnn, SparseCnnDst, PrunedCnn];

    /// <exception cref="UserErrorException">No workload has this name.</exception>
    public static Workload Find(string name, string? where = null) =>
        All.FirstOrDefault(workload => string.Equals(workload.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw Suggestion.UnknownName("workload", name, [.. All.Select(workload => workload.Name)], where);
}
