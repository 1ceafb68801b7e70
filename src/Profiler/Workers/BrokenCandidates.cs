namespace SparseProf.Profiler.Workers;

/// <summary>
/// Kinds of algorithms that ended their process, by kernel and type. A search is made again without them; where that helped,
/// those of the cases that follow leave them out too. Where it did not, the case is to blame and not the kinds.
/// </summary>
internal sealed class BrokenCandidates
{
    /// <summary>Searches of one case.</summary>
    public const int MostSearches = 4;

    private readonly Dictionary<string, IReadOnlyList<string>> _known = [];

    /// <summary>Kinds that a first search of the job leaves out.</summary>
    public IReadOnlyList<string> Known(GpuJob job) => _known.GetValueOrDefault(job.KernelInType, []);

    public void Learn(GpuJob job, IReadOnlyList<string> kinds) => _known[job.KernelInType] = kinds;
}
