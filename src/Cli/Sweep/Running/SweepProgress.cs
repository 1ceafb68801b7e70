using SparseProf.Cli.Output;
using SparseProf.Cli.Sweep.Folder;

namespace SparseProf.Cli.Sweep.Running;

/// <summary>Shows how far a sweep is: every look on a terminal, elsewhere a line when tasks have ended or a twentieth was done.</summary>
internal sealed class SweepProgress(IReadOnlyList<TaskState> atStart)
{
    private const int Lines = 20;

    private readonly ProgressLine _line = ProgressLine.OnStandardError();
    private readonly double _before = Done(atStart);
    private readonly double _all = atStart.Sum(task => task.Task.ExpectedS);
    private (int Ended, int Part) _shown = (-1, -1);

    /// <param name="alive">What the engine says of tasks, or null where it cannot tell now.</param>
    public void Show(IReadOnlyList<TaskState> tasks, IReadOnlyDictionary<int, string>? alive, int failed)
    {
        var (cases, done) = (tasks.Sum(task => task.Task.Cases), tasks.Sum(task => task.CasesDone));
        // Time left follows from what this follower saw done, not from what was there before.
        var share = _all > _before ? (Done(tasks) - _before) / (_all - _before) : 1;
        var ended = tasks.Count(task => task.IsCompleted) + failed;
        var part = (int)(share * Lines);
        if (Console.IsErrorRedirected && (ended, part) == _shown)
            return;
        _shown = (ended, part);
        // A process whose last word was heard may take a moment to end.
        var open = tasks.Where(task => !task.IsCompleted).Select(task => alive?.GetValueOrDefault(task.Task.Number)).OfType<string>().ToList();
        var running = open.Count(state => state is "running" or "completing");
        var waiting = open.Count - running;
        var now = alive is null ? "the cluster does not answer" : $"{running} running, {waiting} waiting";
        _line.Step($"cases; {ended} of {tasks.Count} tasks ended, {now}{(failed > 0 ? $", {failed} failed" : "")}", done, cases, ended < tasks.Count ? share : 1);
    }

    public void Finish() => _line.Finish();

    private static double Done(IEnumerable<TaskState> tasks) => tasks.Sum(task => task.Task.ExpectedS * task.CasesDone / task.Task.Cases);
}
