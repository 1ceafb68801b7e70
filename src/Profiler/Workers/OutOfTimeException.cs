namespace SparseProf.Profiler.Workers;

/// <summary>The run's time was spent before an answer came; that says nothing about who did not answer.</summary>
internal sealed class OutOfTimeException() : Exception("the time is spent")
{
    /// <summary>What was being waited for; null where a process was being started.</summary>
    public GpuJob? Job { get; init; }

    /// <summary>The kind of candidate that was being tried; null where none was.</summary>
    public string? Candidate { get; init; }
}
