using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Workloads;

namespace SparseProf.Profiler.Experiment;

/// <summary>What to measure.</summary>
public sealed record SuiteOptions
{
    public static IReadOnlyList<string> SuiteNames { get; } = ["paper", "kernels", "all"];

    /// <summary>paper, kernels or all.</summary>
    public string Suite { get; init; } = "all";

    /// <summary>Models by name; empty for all of the suite.</summary>
    public IReadOnlyList<string> Workloads { get; init; } = [];

    /// <summary>Patterns of pruned-transformer; empty for 2:4, block and unstructured.</summary>
    public IReadOnlyList<SparsityPattern> Patterns { get; init; } = [];

    /// <summary>Inputs of one forward pass; null for each model's own.</summary>
    public int? Batch { get; init; }

    /// <summary>Fewer cases and looser stopping, for a first look within a minute.</summary>
    public bool Quick { get; init; }

    public required int Threads { get; init; }

    public int Seed { get; init; }

    /// <exception cref="UserErrorException">An unknown suite or workload, or a size that no machine has.</exception>
    public void Check()
    {
        if (!SuiteNames.Contains(Suite))
            throw Suggestion.UnknownName("suite", Suite, [.. SuiteNames], "--suite");
        foreach (var name in Workloads)
            WorkloadCatalog.Find(name, "--workload");
        Bounds.Within(Batch ?? 1, "--batch", 1, 4096);
        Bounds.Within(Threads, "--threads", 1, Environment.ProcessorCount);
    }
}
