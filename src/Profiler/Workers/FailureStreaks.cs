namespace SparseProf.Profiler.Workers;

/// <summary>
/// Kernels that end their process again and again. Each further try costs the seconds that a new process needs, and a
/// hang far more: after three crashes or two hangs in a row the rest of a kernel's cases in that type is not tried.
/// </summary>
internal sealed class FailureStreaks
{
    private const int Limit = 3;
    private const int CrashWeight = 1;
    private const int HangWeight = 2;

    private readonly Dictionary<string, (int Weight, string Last)> _streaks = [];

    /// <param name="failure">That ended the process; null where it lives on.</param>
    public void Note(GpuJob job, WorkerStep step, WorkerFailure? failure)
    {
        if (failure is not null)
            _streaks[job.KernelInType] = (_streaks.GetValueOrDefault(job.KernelInType).Weight + (failure.Status == "timeout" ? HangWeight : CrashWeight), failure.Message);
        else if (step is WorkerStep.Measure or WorkerStep.Time)
            _streaks.Remove(job.KernelInType);
    }

    /// <summary>What is stored of a job in place of another try; null where it is to be tried.</summary>
    public WorkerFailure? GivenUp(GpuJob job) => _streaks.GetValueOrDefault(job.KernelInType) is { Weight: >= Limit } streak
        ? new WorkerFailure("failed", $"not tried, because the cases of {job.KernelInType} before it ended their processes: {streak.Last}")
        : null;
}
