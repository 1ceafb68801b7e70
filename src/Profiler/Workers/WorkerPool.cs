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
    // libtorch's kernels load one by one, and a model's layers each search an algorithm.
    private const double ModelFactor = 2;

    // A candidate is tried in milliseconds; loading its kernel may take seconds.
    private const double CandidateFactor = 1.0 / 3;

    private readonly Dictionary<string, WorkerProcess> _workers = [];
    private readonly Dictionary<string, int> _starts = [];
    private readonly FailureStreaks _streaks = new();
    private readonly BrokenCandidates _broken = new();

    /// <summary>What was begun within the budget may end this much after it.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Asks the process of the job's family, which is started if there is none. Where one kind of algorithm ended it, another
    /// is asked to do without.
    /// </summary>
    /// <returns>The answer, or why there is none; after a failure what the process held ready is gone.</returns>
    /// <exception cref="UserErrorException">The process does not start.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the answer is lost.</exception>
    /// <exception cref="OutOfTimeException">The budget was spent before the answer came.</exception>
    public (WorkerEvent? Answer, WorkerFailure? Failure) Ask(GpuJob job, WorkerRequest request, CancellationToken cancel)
    {
        if (_streaks.GivenUp(job) is { } why)
            return (null, why);
        var (heard, failure) = AskAround(job, request, cancel);
        _streaks.Note(job, request.Step, failure ?? (heard!.Fatal ? WorkerAnswer.Refusal(heard) : null));
        if (failure is not null || heard!.Kind == "refused")
            return (null, failure ?? WorkerAnswer.Refusal(heard!));
        return WorkerAnswer.Doubt(job, request.Step, heard) is { } doubt ? (null, doubt) : (heard, null);
    }

    /// <summary>Counts the processes that the job's family has had; 0 where none is alive.</summary>
    public int Process(GpuJob job) => _workers.ContainsKey(job.Family) ? _starts[job.Family] : 0;

    private (WorkerEvent? Heard, WorkerFailure? Failure) AskAround(GpuJob job, WorkerRequest request, CancellationToken cancel)
    {
        if (request.Job is null)
            return AskOnce(job, request, cancel);
        var without = _broken.Known(job);
        for (var search = 1; ; search++)
        {
            var (heard, failure) = AskOnce(job, request with { Job = request.Job with { Without = string.Join(';', without) } }, cancel);
            if (failure?.Candidate is { } broken && search < BrokenCandidates.MostSearches)
            {
                without = [.. without, broken];
                continue;
            }

            if (heard is not null and not { Kind: "refused" })
                _broken.Learn(job, without);
            return (heard, failure);
        }
    }

    private (WorkerEvent? Heard, WorkerFailure? Failure) AskOnce(GpuJob job, WorkerRequest request, CancellationToken cancel)
    {
        if (!_workers.TryGetValue(job.Family, out var worker))
        {
            worker = _workers[job.Family] = new WorkerStarter(command, Within, ready).Start(job.Family, cancel);
            _starts[job.Family] = _starts.GetValueOrDefault(job.Family) + 1;
        }

        worker.Send(request);
        string? candidate = null;
        while (true)
        {
            var usual = (candidate is not null ? CandidateFactor : job.Workload is not null ? ModelFactor : 1) * patience;
            var wait = Within(usual);
            var (heard, failure) = worker.Next(wait, cancel);
            // Ctrl-C may reach the worker first; its end is then no crash.
            cancel.ThrowIfCancellationRequested();
            if (heard is { Kind: WorkerEvent.Trying })
            {
                candidate = heard.Message;
                continue;
            }

            if (failure is not null || heard!.Fatal)
            {
                _workers.Remove(job.Family);
                worker.Dispose();
            }

            if (failure is { Status: "timeout" } && wait < usual)
                throw new OutOfTimeException { Job = job, Candidate = candidate };
            if (candidate is null || (failure is null && !heard!.Fatal))
                return (heard, failure);
            var ended = failure ?? WorkerAnswer.Refusal(heard!);
            return (null, ended with { Message = $"{ended.Message}, while {candidate} was tried", Candidate = candidate });
        }
    }

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
}
