namespace SparseProf.Profiler.Workers;

/// <summary>How a worker process failed a job.</summary>
/// <param name="Status">crash, timeout, unsupported, out_of_memory, wrong_result or failed: the words of the store.</param>
/// <param name="Signal">That ended the process: 11 for a segmentation fault.</param>
/// <param name="OutputTail">The last that it and its libraries printed.</param>
public sealed record WorkerFailure(string Status, string Message, int? ExitCode = null, int? Signal = null, string? OutputTail = null)
{
    /// <summary>The kind of candidate that was being tried; null where none was.</summary>
    public string? Candidate { get; init; }

    private const int SignalBase = 128;

    public static WorkerFailure Ended(int exitCode, string outputTail)
    {
        int? signal = exitCode > SignalBase ? exitCode - SignalBase : null;
        var what = signal is { } number ? $"the worker process was ended by signal {number}{NameOf(number)}" : $"the worker process ended with code {exitCode} in the middle of the job";
        return new WorkerFailure("crash", what, exitCode, signal, outputTail);
    }

    private static string NameOf(int signal) => signal switch
    {
        4 => " (illegal instruction)",
        6 => " (abort)",
        7 => " (bus error)",
        8 => " (arithmetic error)",
        9 => " (killed)",
        11 => " (segmentation fault)",
        _ => "",
    };
}
