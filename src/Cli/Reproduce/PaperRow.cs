namespace SparseProf.Cli.Reproduce;

/// <summary>A row of the paper's table II, as it is printed; the text keeps its digits and marks.</summary>
/// <param name="Workload">What stands for it here.</param>
internal sealed record PaperRow(
    string Workload, string Model, string DataSet, string AccuracyPercent, string F1, string Parameters, string InferenceFlops, string MemoryGb, string InferenceTimeMs);

/// <summary>A row of the paper's table III, as it is printed.</summary>
internal sealed record PaperBenchmark(string Workload, string Model, string DataSet, string MaxAccuracyPercent, string Flops, string Memory, string InferenceTime);

/// <summary>The paper's own figures, to stand beside measured ones.</summary>
internal static class Paper
{
    public static IReadOnlyList<PaperRow> Table2 { get; } =
    [
        new("dense-transformer", "Dense Trans.", "SST-2", "91.4", "0.914", "110M", "2.10E+09", "6.5", "120"),
        new("switch-moe", "MoE (Switch)", "SST-2", "91.2", "0.91", "490M*", "9.00E+08", "4.2", "61"),
        new("dense-cnn", "Dense CNN", "CIFAR-10", "94.2", "0.941", "12M", "1.30E+09", "2.6", "58"),
        new("sparse-cnn-dst", "Sparse CNN (DST)", "CIFAR-10", "93.8", "0.936", "3M", "5.20E+08", "1.2", "34"),
        new("pruned-cnn", "Static Pruned", "CIFAR-10", "92.8", "0.929", "7M", "9.80E+08", "2", "39"),
    ];

    public static IReadOnlyList<PaperBenchmark> Table3 { get; } =
    [
        new("dense-transformer", "Dense BERT", "SST-2", "91.4", "High", "High", "120 ms"),
        new("switch-moe", "Switch MoE (Sparse gate)", "SST-2", "91.2", "Moderate", "Lower", "61 ms"),
        new("sparse-cnn-dst", "DST CNN", "CIFAR-10", "93.8", "Low", "Low", "34 ms"),
        new("pruned-cnn", "Static Prune Dense", "CIFAR-10", "92.8", "Med", "Med", "39 ms"),
    ];

    /// <summary>What the paper says of its figure 2, whose points it does not list.</summary>
    public const string Figure2 = "dense models reach up to 90 % at 50 GFLOP, sparse ones 85.5 % below 20 GFLOP";

    /// <summary>What the paper claims in its discussion, without a figure.</summary>
    public const string Robustness = "dynamic sparse training improves robustness, especially under limited or noisy data";

    /// <summary>What the paper says of its figure 3.</summary>
    public const string Figure3 = "dense models A to D take from about 120 ms to over 200 ms, sparse ones from about 90 ms to 140 ms";
}
