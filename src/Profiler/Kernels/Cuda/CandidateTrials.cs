namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>
/// What a search tells of the candidates that it tries, so that one which hangs or breaks the process is known by its kind and
/// can be left out the next time.
/// </summary>
/// <param name="Without">Kinds of candidates that ended a process before.</param>
/// <param name="Announce">Hears the kind that is tried next; null when the search is over.</param>
public sealed record CandidateTrials(IReadOnlySet<string> Without, Action<string?> Announce)
{
    public static CandidateTrials Silent { get; } = new(new HashSet<string>(), _ => { });
}
