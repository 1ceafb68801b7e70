using SparseProf.Ops.Errors;

namespace SparseProf.Profiler.Workers;

/// <summary>
/// Measures jobs one after the other, each family of kernels in a process of its own that stays until the end. A job that
/// crashes or hangs its process is reported and the family's next job gets a new one.
/// </summary>
/// <param name="patience">How long one job may take before its worker is taken to hang.</param>
public sealed class WorkerPool(WorkerCommand command, TimeSpan patience)
{
    // A worker loads libraries of gigabytes and makes a context before it is ready.
    private static readonly TimeSpan s_startPatience = TimeSpan.FromSeconds(120);

    /// <param name="goOn">Asked before each job; false ends the run: the time budget is spent.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the job at hand is lost, finished ones were reported.</exception>
    public void Run(
        IEnumerable<GpuJob> jobs, Action<GpuJob, WorkerEvent> measured, Action<GpuJob, WorkerFailure> failed, Func<bool> goOn, CancellationToken cancel)
    {
        var workers = new Dictionary<string, WorkerProcess>();
        try
        {
            foreach (var job in jobs.TakeWhile(_ => goOn()))
            {
                cancel.ThrowIfCancellationRequested();
                if (!workers.TryGetValue(job.Family, out var worker))
                    worker = workers[job.Family] = Start(job, cancel);
                worker.Send(job);
                var (heard, failure) = worker.Next(patience, cancel);
                // Ctrl-C may reach the worker first; its end is then no crash.
                cancel.ThrowIfCancellationRequested();
                if (heard is { Kind: "measured" })
                    measured(job, heard);
                else
                    failed(job, failure ?? WorkerAnswer.Refusal(heard!));
                if (failure is null && !heard!.Fatal)
                    continue;
                workers.Remove(job.Family);
                worker.Dispose();
            }
        }
        finally
        {
            foreach (var worker in workers.Values)
                worker.Dispose();
        }
    }

    // A worker that never gets ready would fail every job alike: the run ends with its words.
    private WorkerProcess Start(GpuJob job, CancellationToken cancel)
    {
        var worker = new WorkerProcess(command);
        var (heard, failure) = worker.Next(s_startPatience, cancel);
        if (heard is { Kind: "ready" })
            return worker;
        worker.Dispose();
        throw new UserErrorException(ErrorKind.Missing, $"the worker for {job.Family} did not start: {heard?.Message ?? failure!.Message}")
        {
            Where = failure?.OutputTail is { Length: > 0 } tail ? tail.Trim() : null,
            Next = "'sparseprof doctor' shows what is missing",
        };
    }
}
