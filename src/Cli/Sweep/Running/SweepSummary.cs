using SparseProf.Cli.Sweep.Engines;
using SparseProf.Cli.Sweep.Folder;
using SparseProf.Cli.Sweep.Plan;

namespace SparseProf.Cli.Sweep.Running;

/// <summary>Where a sweep stands, case by case; what <c>status --json</c> prints.</summary>
internal sealed record SweepSummary(
    string Id, string Folder, string Engine, string Db, DateTimeOffset CreatedUtc, string State, int Cases, int Measured, int Left,
    TaskCounts Tasks, IReadOnlyList<DeviceProgress> Devices, double ExpectedLeftS, IReadOnlyList<RunningTask> Running, IReadOnlyList<FailedCase> FailedCases, IReadOnlyList<FailedTask> FailedTasks)
{
    /// <param name="alive">What the engine says of its tasks, or null where it was not or could not be asked.</param>
    /// <param name="isFollowed">Whether a process follows the sweep.</param>
    public static SweepSummary Of(SweepFolder folder, IReadOnlyList<TaskState> tasks, IReadOnlyDictionary<int, string>? alive, bool isFollowed)
    {
        var open = tasks.Where(task => !task.IsCompleted).Select(task => task.Task.Number).ToHashSet();
        var failed = GivenUp.Read(folder).Where(given => open.Contains(given.Task)).ToList();
        var ended = tasks.Select(task => (Task: task, Ended: task.Ended)).ToList();
        var failedCases = ended.SelectMany(entry => Failures(folder, entry.Task, entry.Ended)).ToList();
        var done = tasks.Sum(task => task.CasesDone);
        var completed = tasks.Count(task => task.IsCompleted);
        var running = tasks.Where(task => !task.IsCompleted && (alive is null ? (isFollowed || folder.Info.Engine == SweepEngines.Slurm) && task.Last is { Outcome: null } : alive.GetValueOrDefault(task.Task.Number) is "running" or "completing")).ToList();
        return new SweepSummary(
            folder.Info.Id, folder.Path, folder.Info.Engine, folder.Info.Database, folder.Info.CreatedUtc,
            completed == tasks.Count ? "completed" : folder.IsCancelled ? "cancelled" : isFollowed || alive?.Count > 0 ? "running" : failed.Count > 0 ? "failed" : "stopped",
            folder.Info.Cases, done - failedCases.Count, folder.Info.Cases - done,
            new TaskCounts(tasks.Count, completed, running.Count, failed.Count),
            [.. tasks.GroupBy(task => task.Task.Device).Select(same => new DeviceProgress(same.Key, same.Sum(task => task.Task.Cases), same.Sum(task => task.CasesDone), same.Count(), same.Count(task => task.IsCompleted)))],
            tasks.Sum(task => task.Task.ExpectedS * (task.Task.Cases - task.CasesDone) / task.Task.Cases),
            [.. running.Select(task => new RunningTask(task.Task.Number, task.Task.Device, task.Last?.Host, task.Attempts.Count, task.CasesDone, task.Task.Cases))],
            failedCases, failed);
    }

    private static IEnumerable<FailedCase> Failures(SweepFolder folder, TaskState task, IReadOnlyDictionary<string, (string Outcome, string? Message)> ended)
    {
        var failed = ended.Where(entry => entry.Value.Outcome == "failed").ToDictionary();
        if (failed.Count == 0)
            yield break;
        foreach (var planned in PlanCases.Of(PlanReader.Read(folder.TaskPath(task.Task.Number))).Cases)
        {
            if (failed.TryGetValue(planned.Key, out var why))
                yield return new FailedCase(planned.Key, planned.Text, task.Task.Device, task.Task.Number, why.Message);
        }
    }
}

internal sealed record TaskCounts(int All, int Completed, int Running, int Failed);

internal sealed record DeviceProgress(string Device, int Cases, int Done, int Tasks, int TasksCompleted);

internal sealed record RunningTask(int Task, string Device, string? Host, int Attempt, int Done, int Cases);

/// <summary>A case that was tried and gave no measurement.</summary>
internal sealed record FailedCase(string Key, string Case, string Device, int Task, string? Why);
