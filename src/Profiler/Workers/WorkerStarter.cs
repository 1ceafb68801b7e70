using SparseProf.Ops.Errors;

namespace SparseProf.Profiler.Workers;

/// <summary>Starts worker processes and waits until they are ready.</summary>
/// <param name="within">What is left of a wait within the run's time.</param>
/// <param name="ready">Hears what each worker found out about its instrument when it started.</param>
internal sealed class WorkerStarter(WorkerCommand command, Func<TimeSpan, TimeSpan> within, Action<WorkerEvent>? ready)
{
    // A worker loads libraries of gigabytes and makes a context before it is ready.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    // After a crash the driver may need a moment to take back what the process held.
    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(2);

    /// <summary>Tries twice. A worker that never gets ready would fail every job alike: the run ends with its words.</summary>
    /// <exception cref="UserErrorException">It does not start.</exception>
    /// <exception cref="OutOfTimeException">The budget was spent before it was ready.</exception>
    public WorkerProcess Start(string family, CancellationToken cancel)
    {
        if (TryStart(cancel, out _) is { } worker)
            return worker;
        cancel.WaitHandle.WaitOne(s_recovery);
        if (TryStart(cancel, out var said) is { } second)
            return second;
        throw new UserErrorException(ErrorKind.Missing, $"the worker for {family} did not start: {said.Heard?.Message ?? said.Failure!.Message}")
        {
            Where = said.Failure?.OutputTail is { Length: > 0 } tail ? tail.Trim() : null,
            Next = said.Heard?.Next ?? "'sparseprof doctor' shows what is missing",
        };
    }

    private WorkerProcess? TryStart(CancellationToken cancel, out (WorkerEvent? Heard, WorkerFailure? Failure) said)
    {
        var worker = new WorkerProcess(command);
        try
        {
            var wait = within(s_patience);
            said = worker.Next(wait, cancel);
            if (said.Heard is { Kind: "ready" } heard)
            {
                ready?.Invoke(heard);
                return worker;
            }

            if (said.Failure is { Status: "timeout" } && wait < s_patience)
                throw new OutOfTimeException();
        }
        catch
        {
            worker.Dispose();
            throw;
        }

        worker.Dispose();
        return null;
    }
}
