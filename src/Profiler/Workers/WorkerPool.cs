using SparseProf.Ops.Errors;
using SparseProf.Profiler.Sampling;

namespace SparseProf.Profiler.Workers;

/// <summary>
/// Worker processes, one for each family of kernels, that stay until the pool is disposed. A job that crashes or hangs its
/// process is answered with the failure, and the family's next job gets a new one.
/// </summary>
/// <param name="patience">How long one answer may take before its worker is taken to hang; of a model twice as long.</param>
/// <param name="budget">No answer is awaited for long after it is spent.</param>
/// <param name="ready">Hears what each worker found out about its instrument when it started.</param>
public sealed class WorkerPool(WorkerCommand command, TimeSpan patience, TimeBudget budget, Action<WorkerEvent>? ready = null) : IDisposable
{
    // A worker loads libraries of gigabytes and makes a context before it is ready.
    private static readonly TimeSpan s_startPatience = TimeSpan.FromSeconds(120);

    // libtorch's kernels load one by one, and a model's layers each search an algorithm.
    private const double ModelFactor = 2;

    // After a crash the driver may need a moment to take back what the process held.
    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, WorkerProcess> _workers = [];
    private readonly FailureStreaks _streaks = new();

    /// <summary>What was begun within the budget may end this much after it.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Asks the process of the job's family, which is started if there is none.</summary>
    /// <returns>The answer, or why there is none; after a failure what the process held ready is gone.</returns>
    /// <exception cref="UserErrorException">The process does not start.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the answer is lost.</exception>
    /// <exception cref="OutOfTimeException">The budget was spent before the answer came.</exception>
    public (WorkerEvent? Answer, WorkerFailure? Failure) Ask(GpuJob job, WorkerRequest request, CancellationToken cancel)
    {
        if (_streaks.GivenUp(job) is { } why)
            return (null, why);
        if (!_workers.TryGetValue(job.Family, out var worker))
            worker = _workers[job.Family] = Start(job, cancel);
        worker.Send(request);
        var usual = job.Workload is null ? patience : ModelFactor * patience;
        var wait = Within(usual);
        var (heard, failure) = worker.Next(wait, cancel);
        // Ctrl-C may reach the worker first; its end is then no crash.
        cancel.ThrowIfCancellationRequested();
        if (failure is not null || heard!.Fatal)
        {
            _workers.Remove(job.Family);
            worker.Dispose();
        }

        if (failure is { Status: "timeout" } && wait < usual)
            throw new OutOfTimeException();
        _streaks.Note(job, request.Step, failure ?? (heard!.Fatal ? WorkerAnswer.Refusal(heard) : null));
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

    private TimeSpan Within(TimeSpan usual)
    {
        var left = Math.Max(0, budget.Left.Value) + Grace.TotalSeconds;
        return left < usual.TotalSeconds ? TimeSpan.FromSeconds(left) : usual;
    }

    // A worker that never gets ready would fail every job alike: the run ends with its words.
    private WorkerProcess Start(GpuJob job, CancellationToken cancel)
    {
        if (TryStart(cancel, out _) is { } worker)
            return worker;
        cancel.WaitHandle.WaitOne(s_recovery);
        if (TryStart(cancel, out var said) is { } second)
            return second;
        throw new UserErrorException(ErrorKind.Missing, $"the worker for {job.Family} did not start: {said.Heard?.Message ?? said.Failure!.Message}")
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
            var wait = Within(s_startPatience);
            said = worker.Next(wait, cancel);
            if (said.Heard is { Kind: "ready" } heard)
            {
                ready?.Invoke(heard);
                return worker;
            }

            if (said.Failure is { Status: "timeout" } && wait < s_startPatience)
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

/// <summary>The run's time was spent before an answer came; that says nothing about who did not answer.</summary>
internal sealed class OutOfTimeException() : Exception("the time is spent");
