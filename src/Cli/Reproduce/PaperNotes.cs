using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Workloads;

namespace SparseProf.Cli.Reproduce;

/// <summary>Where the paper's own numbers do not fit together; what is said of FLOPs and parameters is counted from the models' graphs.</summary>
internal static class PaperNotes
{
    private const double FloatBytes = 4;

    public static IReadOnlyList<string> Table2()
    {
        var (dense, moe) = (WorkloadCatalog.DenseTransformer.Graph, WorkloadCatalog.SwitchMoe.Graph);
        var (cnn, dst, pruned) = (WorkloadCatalog.DenseCnn.Graph, WorkloadCatalog.SparseCnnDst.Graph, WorkloadCatalog.PrunedCnn.Graph);
        return
        [
            $"Dense Trans.: 110M parameters are BERT-base, which takes {dense.DenseEquivalentFlops} for 128 tokens; the 2.10E+09 printed are what about 12 tokens take",
            $"Dense Trans.: 110M parameters are {SiFormat.Capacity(new Bytes(110e6 * FloatBytes))} in fp32; 6.5 GB must hold more than weights, and batch and precision are not given",
            $"MoE (Switch): 490M parameters are more than four of the dense model's; with top-1 routing a token uses as much of a layer as in the dense model, so that fewer FLOPs need fewer layers: ours has 6 of 12 and {moe.NonzeroFlops}, a ratio of {dense.DenseEquivalentFlops / moe.NonzeroFlops:0.0}; the paper's is {2.10 / 0.90:0.0}",
            $"MoE (Switch): the asterisk of 490M* is not explained; it may mean parameters in total, of which one token uses few",
            $"Dense CNN: ResNet-18 for 32×32 images has {SiFormat.Count(cnn.TotalParameters.Value)} parameters and takes {cnn.DenseEquivalentFlops}: near the 12M and 1.30E+09 printed",
            $"Sparse CNN (DST): 3M of 12M parameters with {0.52 / 1.30:0%} of the FLOPs is possible, as layers with many positions stay denser; ERK at 3.0M gives {dst.NonzeroFlops / cnn.DenseEquivalentFlops:0%}",
            $"Static Pruned: 7M of 12M parameters with {0.98 / 1.30:0%} of the FLOPs is possible; global magnitude at 7.0M gives {pruned.NonzeroFlops / cnn.DenseEquivalentFlops:0%}",
            "Static Pruned: 58 ms to 39 ms is 1.49 times faster with 1.33 times fewer FLOPs; leaving out work cannot gain more time than work, so the times are not of comparable implementations",
            "Memory: what is counted (weights, activations, optimizer, which batch) is not said; energy, named in the paper's method, is in no table",
            "No number has an interval, a count of seeds, or the hardware it was measured on",
        ];
    }

    public static IReadOnlyList<string> Figure2 { get; } =
    [
        "Figure 2 has dense models at 90 % with 50 GFLOP, table II 91.4 % with 2.1 GFLOP; figure 2 has sparse ones at 85.5 % at most, table II 91.2 %",
        "The paper does not say which models its points are",
    ];

    public static IReadOnlyList<string> Figure3 { get; } =
    [
        "Figure 3 has dense CNNs at 120 ms to over 200 ms and sparse ones at 90 ms to 140 ms; table II has 58 ms and 34 ms on the same data",
        "The paper does not say what models A to D are; here they are ResNets of 18 layers and growing width",
    ];
}
