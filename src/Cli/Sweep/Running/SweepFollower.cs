using System.Diagnostics;
using SparseProf.Cli.Sweep.Engines;
using SparseProf.Cli.Sweep.Folder;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Sweep.Running;

/// <summary>
/// Sees a sweep through: starts its tasks, tries those again that ended before their end, and gives up on one after so many attempts
/// while the others go on. It keeps nothing that the folder does not tell, so that another may follow later.
/// </summary>
internal sealed class SweepFollower(SweepFolder folder, ISweepEngine engine)
{
    private const int PatientLooks = 5;

    private readonly SweepState _state = new(folder);
    private readonly Dictionary<int, TaskStart> _starts = [];
    private readonly Dictionary<int, int> _started = [];
    private readonly Dictionary<int, long> _gone = [];
    private readonly GivenUp _failed = new(folder);

    /// <summary>Starts what is neither done nor on its way.</summary>
    /// <returns>The number of tasks started.</returns>
    public int Start(CancellationToken cancel)
    {
        _failed.Clear();
        var alive = Patiently(cancel);
        var tasks = _state.Read();
        foreach (var task in tasks.Where(task => !task.IsCompleted))
        {
            _starts[task.Task.Number] = new TaskStart(
                task.Task.Number, task.Task.Device, task.Attempts.Count, task.Attempts.Count + folder.Info.Retries + 1, TimeSpan.FromSeconds(task.Task.LimitS));
            _started[task.Task.Number] = 0;
        }

        return StartAgain([.. tasks.Where(task => !task.IsCompleted && !alive.ContainsKey(task.Task.Number))]);
    }

    /// <summary>Follows until all tasks have ended.</summary>
    /// <returns>completed, failed (some tasks), cancelled, or interrupted.</returns>
    public string Follow(CancellationToken cancel)
    {
        var progress = new SweepProgress(_state.Read());
        try
        {
            while (true)
            {
                var alive = engine.Alive();
                var tasks = _state.Read();
                progress.Show(tasks, alive, _failed.Count);
                if (cancel.IsCancellationRequested || folder.IsCancelled)
                    return Stop();
                var open = tasks.Where(task => !task.IsCompleted && !_failed.Holds(task.Task.Number)).ToList();
                if (open.Count == 0)
                    return _failed.Count == 0 ? "completed" : "failed";
                if (alive is not null)
                    StartAgain([.. open.Where(task => IsGone(task.Task.Number, alive)).Where(IsWorthAnother)]);
                cancel.WaitHandle.WaitOne(engine.Interval);
            }
        }
        finally
        {
            progress.Finish();
        }
    }

    private string Stop()
    {
        if (folder.IsCancelled)
        {
            engine.Cancel();
            return "cancelled";
        }

        if (!engine.OutlivesFollower)
            engine.Cancel();
        return "interrupted";
    }

    private int StartAgain(IReadOnlyList<TaskState> tasks)
    {
        if (tasks.Count == 0)
            return 0;
        foreach (var task in tasks)
        {
            _started[task.Task.Number]++;
            _gone.Remove(task.Task.Number);
        }

        engine.Start([.. tasks.Select(task => _starts[task.Task.Number] with { Attempt = task.Attempts.Count + 1 })]);
        return tasks.Count;
    }

    private bool IsGone(int task, IReadOnlyDictionary<int, string> alive)
    {
        if (alive.ContainsKey(task))
        {
            _gone.Remove(task);
            return false;
        }

        _gone.TryAdd(task, Stopwatch.GetTimestamp());
        return Stopwatch.GetElapsedTime(_gone[task]) >= engine.Grace;
    }

    /// <summary>Whether a task that is gone is tried again; else it is recorded.</summary>
    private bool IsWorthAnother(TaskState task)
    {
        var number = task.Task.Number;
        var last = task.Last;
        // What is missing on the machine will be missing the next time too, and what is refused will be refused.
        if (last?.Outcome is not (AttemptState.Missing or AttemptState.Refused) && task.Attempts.Count < _starts[number].LastAttempt && _started[number] <= folder.Info.Retries)
            return true;
        var why = last?.Message ?? engine.Explain(number) ?? (last is null ? "it never began" : "it was ended from outside");
        _failed.Add(new FailedTask(number, task.Attempts.Count, why));
        return false;
    }

    private IReadOnlyDictionary<int, string> Patiently(CancellationToken cancel)
    {
        for (var look = 0; look < PatientLooks; look++)
        {
            if (engine.Alive() is { } alive)
                return alive;
            cancel.WaitHandle.WaitOne(engine.Interval);
            cancel.ThrowIfCancellationRequested();
        }

        throw new UserErrorException(ErrorKind.Failed, "the cluster does not tell which jobs it has") { Next = $"look whether 'squeue' works, then 'sparseprof sweep resume {folder.Info.Id}'" };
    }
}
