using SparseProf.Ops.Errors;

namespace SparseProf.Profiler.Workers;

/// <summary>
/// Worker processes, one for each family of kernels, that stay until the pool is disposed. A job that crashes or hangs its
/// process is answered with the failure, and the family's next job gets a new one.
/// </summary>
/// <param name="patience">How long one answer may take before its worker is taken to hang.</param>
/// <param name="ready">Hears what each worker found out about its instrument when it started.</param>
public sealed class WorkerPool(WorkerCommand command, TimeSpan patience, Action<WorkerEvent>? ready = null) : IDisposable
{
    // A worker loads libraries of gigabytes and makes a context before it is ready.
    private static readonly TimeSpan s_startPatience = TimeSpan.FromSeconds(120);

    private readonly Dictionary<string, WorkerProcess> _workers = [];

    /// <summary>Asks the process of the job's family, which is started if there is none.</summary>
    /// <returns>The answer, or why there is none; after a failure what the process held ready is gone.</returns>
    /// <exception cref="UserErrorException">The process does not start.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the answer is lost.</exception>
    public (WorkerEvent? Answer, WorkerFailure? Failure) Ask(GpuJob job, WorkerRequest request, CancellationToken cancel)
    {
        if (!_workers.TryGetValue(job.Family, out var worker))
            worker = _workers[job.Family] = Start(job, cancel);
        worker.Send(request);
        var (heard, failure) = worker.Next(patience, cancel);
        // Ctrl-C may reach the worker first; its end is then no crash.
        cancel.ThrowIfCancellationRequested();
        if (failure is not null || heard!.Fatal)
        {
            _workers.Remove(job.Family);
            worker.Dispose();
        }

        if (failure is not null || heard!.Kind == "refused")
            return (null, failure ?? WorkerAnswer.Refusal(heard!));
        return WorkerAnswer.Doubt(job, request.Step, heard) is { } doubt ? (null, doubt) : (heard, null);
    }

    /// <summary>Whether the job's family has a process, with all that it holds ready.</summary>
    public bool IsAlive(GpuJob job) => _workers.ContainsKey(job.Family);

    /// <summary>Measures jobs one after the other.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the job at hand is lost, finished ones were reported.</exception>
    public void Run(IEnumerable<GpuJob> jobs, Action<GpuJob, WorkerEvent> measured, Action<GpuJob, WorkerFailure> failed, CancellationToken cancel)
    {
        foreach (var job in jobs)
        {
            cancel.ThrowIfCancellationRequested();
            var (heard, failure) = Ask(job, new WorkerRequest { Job = job }, cancel);
            if (heard is not null)
                measured(job, heard);
            else
                failed(job, failure!);
        }
    }

    public void Dispose()
    {
        foreach (var worker in _workers.Values)
            worker.Dispose();
        _workers.Clear();
    }

    // A worker that never gets ready would fail every job alike: the run ends with its words.
    private WorkerProcess Start(GpuJob job, CancellationToken cancel)
    {
        var worker = new WorkerProcess(command);
        try
        {
            var (heard, failure) = worker.Next(s_startPatience, cancel);
            if (heard is { Kind: "ready" })
            {
                ready?.Invoke(heard);
                return worker;
            }

            throw new UserErrorException(ErrorKind.Missing, $"the worker for {job.Family} did not start: {heard?.Message ?? failure!.Message}")
            {
                Where = failure?.OutputTail is { Length: > 0 } tail ? tail.Trim() : null,
                Next = heard?.Next ?? "'sparseprof doctor' shows what is missing",
            };
        }
        catch
        {
            worker.Dispose();
            throw;
        }
    }
}
