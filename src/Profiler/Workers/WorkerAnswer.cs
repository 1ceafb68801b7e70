using SparseProf.Ops;

namespace SparseProf.Profiler.Workers;

/// <summary>Whether an answer of a worker can be believed: a broken library may break the process that speaks for it.</summary>
internal static class WorkerAnswer
{
    private static readonly HashSet<string> s_refusals = ["unsupported", "out_of_memory", "wrong_result", "failed", "crash"];

    /// <summary>Null where the answer fits the job and what was asked of it; else what is wrong with it, to be stored in its place.</summary>
    public static WorkerFailure? Doubt(GpuJob job, WorkerStep step, WorkerEvent heard) => Reason(job, step, heard) is { } reason
        ? new WorkerFailure("failed", $"the worker's answer makes no sense: {reason}")
        : null;

    /// <summary>The words of a refusal, its status one that the store knows.</summary>
    public static WorkerFailure Refusal(WorkerEvent heard) => heard.Status is { } status && s_refusals.Contains(status)
        ? new(status, heard.Message ?? "the worker gave no reason")
        : new("failed", $"the worker refused with the unknown status '{heard.Status}': {heard.Message ?? "no reason"}");

    // The answer came as JSON, where what must not be null can be.
    private static string? Reason(GpuJob job, WorkerStep step, WorkerEvent heard)
    {
        if (heard.Kind != Kind(step))
            return $"it says '{heard.Kind}' to a request to {step.ToString().ToLowerInvariant()}";
        if ((object?)heard.Times is null || (object?)heard.Clocks is null || (object?)heard.Caveats is null || (object?)heard.Observations is null)
            return "a list is null";
        if (heard.Observations.FirstOrDefault(observed => !double.IsFinite(observed.Value)) is { Key: { } name })
            return $"{name} is not finite";
        return step switch
        {
            WorkerStep.Measure when job.Calibrates => null,
            WorkerStep.Measure => job.Probe ? OfCase(job, heard) : OfCase(job, heard) ?? OfResult(heard) ?? OfTimes(heard.Times),
            WorkerStep.Prepare => OfCase(job, heard) ?? OfWork(heard.Work),
            WorkerStep.Time => OfTimes(heard.Times),
            _ => null,
        };
    }

    private static string Kind(WorkerStep step) => step switch
    {
        WorkerStep.Measure => "measured",
        WorkerStep.Prepare => "prepared",
        WorkerStep.Time => "timed",
        _ => "released",
    };

    private static string? OfCase(GpuJob job, WorkerEvent heard) =>
        heard.Case is not { } measured ? "it has no case" : measured.Op != job.OpText ? $"it is of {measured.Op}" : null;

    private static string? OfResult(WorkerEvent heard)
    {
        if (heard.Result is not { } result)
            return "it has no result";
        if (result.SampleCount != heard.Times.Length)
            return $"it has {heard.Times.Length} samples and claims {result.SampleCount}";
        return heard.Caveats.FirstOrDefault(caveat => !Caveat.All.Any(known => known.Name == caveat.Name)) is { } strange ? $"the caveat '{strange.Name}' is unknown" : null;
    }

    private static string? OfTimes(double[] times) =>
        times.Length == 0 || times.Any(time => !double.IsFinite(time) || time <= 0) ? "a time is not a positive number" : null;

    private static string? OfWork(WorkerWork? work) =>
        work is not { Copies: > 0, MostCalls: > 0, BytesPerCopy: >= 0 } ? "what it prepared cannot be timed" : null;
}
