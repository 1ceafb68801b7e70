using SparseProf.Ops;
using SparseProf.Profiler.Experiment;
using SparseProf.Profiler.Models;
using SparseProf.Workloads;

namespace SparseProf.Profiler.Workers;

/// <summary>The paper's models as jobs: each model's executions side by side.</summary>
internal static class GpuModels
{
    public static IEnumerable<GpuJob> Jobs(SuiteOptions options, DType dtype)
    {
        foreach (var workload in PaperSuite.Workloads(options))
        {
            var executions = ModelExecution.Of(workload.Graph);
            // On a GPU libtorch has one dense kernel, so without zeros there is nothing to choose.
            if (!executions.Contains(ModelExecution.Sparse))
                executions = [ModelExecution.TorchDefault];
            foreach (var mode in Modes(workload, options.Quick))
            {
                foreach (var execution in executions)
                    yield return Job(workload, execution, dtype, mode, options);
            }
        }
    }

    /// <summary>The first dense model and the first sparse one.</summary>
    public static IReadOnlyList<GpuJob> MostInformative(IReadOnlyList<GpuJob> jobs)
    {
        string?[] names = [WorkloadCatalog.DenseTransformer.Name, WorkloadCatalog.PrunedTransformer.Name];
        var groups = names.Select(name => jobs.FirstOrDefault(job => job.Workload == name)?.Group).ToHashSet();
        return [.. jobs.Where(job => groups.Contains(job.Group))];
    }

    // Hot has the host's share in it, as a user's program has; a graph is the GPU's alone. A router looks at its results on
    // the host, which no graph can hold.
    private static TimingMode[] Modes(Workload workload, bool quick) =>
        quick || workload.Graph.ActiveParameters.Value < workload.Graph.TotalParameters.Value ? [TimingMode.Hot] : [TimingMode.Hot, TimingMode.Graph];

    private static GpuJob Job(Workload workload, ModelExecution execution, DType dtype, TimingMode mode, SuiteOptions options) => new()
    {
        Group = $"model {workload.Name} {ModelCase.PatternOf(workload)} {mode}",
        Kernel = execution.Kernel,
        OpKind = "model",
        Workload = workload.Name,
        Pattern = ModelCase.PatternOf(workload),
        M = workload.Batch,
        N = 0,
        K = 0,
        Dtype = dtype.Name(),
        Mode = mode,
        Quick = options.Quick,
        Seed = options.Seed,
    };
}
