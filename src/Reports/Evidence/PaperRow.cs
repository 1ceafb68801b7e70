namespace SparseProf.Reports.Evidence;

/// <summary>A row of the seed paper's table II.</summary>
/// <param name="Workload">Our model of the same name.</param>
public sealed record PaperRow(string Name, string Workload, string DataSet, double Accuracy, double F1, double Parameters, double Flops, double MemoryBytes, double Seconds, bool Sparse)
{
    private const double Gigabyte = 1e9;

    public static IReadOnlyList<PaperRow> TableTwo { get; } =
    [
        new("Dense transformer", "dense-transformer", "SST-2", 0.914, 0.914, 110e6, 2.1e9, 6.5 * Gigabyte, 0.120, false),
        new("MoE (Switch)", "switch-moe", "SST-2", 0.912, 0.910, 490e6, 0.9e9, 4.2 * Gigabyte, 0.061, true),
        new("Dense CNN", "dense-cnn", "CIFAR-10", 0.942, 0.941, 12e6, 1.3e9, 2.6 * Gigabyte, 0.058, false),
        new("Sparse CNN (DST)", "sparse-cnn-dst", "CIFAR-10", 0.938, 0.936, 3e6, 0.52e9, 1.2 * Gigabyte, 0.034, true),
        new("Static pruned CNN", "pruned-cnn", "CIFAR-10", 0.928, 0.929, 7e6, 0.98e9, 2.0 * Gigabyte, 0.039, true),
    ];
}
