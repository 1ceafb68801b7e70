using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Workloads;

namespace SparseProf.Profiler.Models;

/// <summary>A workload by the words that cross the pipe to a worker.</summary>
internal static class ModelWorkload
{
    /// <param name="pattern">Of a transformer's encoder; of other models it is what the catalog says.</param>
    public static Workload Of(string name, string pattern, long batch)
    {
        var workload = WorkloadCatalog.Find(name) with { Batch = batch };
        return workload.Architecture is TransformerConfig ? workload.WithPattern(SparsityPatternText.Parse(pattern)) : workload;
    }
}
