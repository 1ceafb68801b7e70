using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels.Threading;
using SparseProf.Workloads;

namespace SparseProf.Profiler.Experiment;

/// <summary>The paper's models on the CPU, the ones that answer most first.</summary>
public static class PaperSuite
{
    /// <summary>One of each family of formats, at densities that pruning reaches without losing accuracy.</summary>
    private static readonly SparsityPattern[] s_prunedPatterns =
    [
        SparsityPattern.TwoFour,
        new SparsityPattern.Block(32, 32, new Fraction(0.2)),
        new SparsityPattern.Unstructured(new Fraction(0.1)),
    ];

    /// <summary>One model of each family.</summary>
    private static readonly string[] s_quickNames =
    [
        WorkloadCatalog.DenseTransformer.Name, WorkloadCatalog.PrunedTransformer.Name, WorkloadCatalog.SwitchMoe.Name, WorkloadCatalog.SparseCnnDst.Name,
    ];

    public static IEnumerable<CaseGroup> Groups(SuiteOptions options, WorkerTeam team) =>
        Workloads(options).Select(workload => new ModelGroup(workload, team, options.Seed));

    /// <summary>The models that the options ask for, pruned-transformer once for each pattern.</summary>
    internal static IEnumerable<Workload> Workloads(SuiteOptions options)
    {
        foreach (var workload in WorkloadCatalog.All.Where(workload => IsWanted(workload, options)))
        {
            var sized = options.Batch is { } batch ? workload with { Batch = batch } : workload;
            if (workload.Name == WorkloadCatalog.PrunedTransformer.Name)
            {
                foreach (var pattern in options.Patterns.Count > 0 ? options.Patterns : options.Quick ? s_prunedPatterns[^1..] : s_prunedPatterns)
                    yield return sized.WithPattern(pattern);
            }
            else
            {
                yield return sized;
            }
        }
    }

    private static bool IsWanted(Workload workload, SuiteOptions options) =>
        options.Workloads.Count == 0
            ? !options.Quick || s_quickNames.Contains(workload.Name)
            : options.Workloads.Contains(workload.Name, StringComparer.OrdinalIgnoreCase);
}
