using SparseProf.Ops;

namespace SparseProf.Profiler.Workers;

/// <summary>Whether an answer of a worker can be believed: a broken library may break the process that speaks for it.</summary>
internal static class WorkerAnswer
{
    private static readonly HashSet<string> s_refusals = ["unsupported", "out_of_memory", "wrong_result", "failed", "crash"];

    /// <summary>Null where the answer fits the job; else what is wrong with it, to be stored in its place.</summary>
    public static WorkerFailure? Doubt(GpuJob job, WorkerEvent heard) => Reason(job, heard) is { } reason
        ? new WorkerFailure("failed", $"the worker's answer makes no sense: {reason}")
        : null;

    /// <summary>The words of a refusal, its status one that the store knows.</summary>
    public static WorkerFailure Refusal(WorkerEvent heard) => heard.Status is { } status && s_refusals.Contains(status)
        ? new(status, heard.Message ?? "the worker gave no reason")
        : new("failed", $"the worker refused with the unknown status '{heard.Status}': {heard.Message ?? "no reason"}");

    // The answer came as JSON, where what must not be null can be.
    private static string? Reason(GpuJob job, WorkerEvent heard)
    {
        if ((object?)heard.Times is null || (object?)heard.Caveats is null || (object?)heard.Observations is null)
            return "a list is null";
        if (heard.Observations.FirstOrDefault(observed => !double.IsFinite(observed.Value)) is { Key: { } name })
            return $"{name} is not finite";
        if (job.Kernel == PowerMeterJob.Kernel)
            return null;
        if (heard.Case is not { } measured || heard.Result is not { } result)
            return "it has no case or no result";
        if (measured.Op != job.ToOp().Text)
            return $"it is of {measured.Op}";
        if (heard.Times.Length == 0 || heard.Times.Any(time => !double.IsFinite(time) || time <= 0))
            return "a time is not a positive number";
        if (result.SampleCount != heard.Times.Length)
            return $"it has {heard.Times.Length} samples and claims {result.SampleCount}";
        return heard.Caveats.FirstOrDefault(caveat => !Caveat.All.Any(known => known.Name == caveat.Name)) is { } strange ? $"the caveat '{strange.Name}' is unknown" : null;
    }
}
