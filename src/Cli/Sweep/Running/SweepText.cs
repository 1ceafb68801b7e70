using SparseProf.Cli.Output;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Sweep.Running;

/// <summary>A sweep's state as people read it.</summary>
internal static class SweepText
{
    private const int ShownFailures = 10;
    private const int ShownTasks = 20;

    /// <param name="outcome">How following it ended; null where it was only looked at.</param>
    public static void Write(SweepSummary summary, string? outcome, bool outlives, TextWriter output)
    {
        output.WriteLine($"sweep {summary.Id}, {summary.Engine} engine: {outcome ?? summary.State}; {summary.Measured} of {summary.Cases} cases measured{(summary.FailedCases.Count > 0 ? $", {summary.FailedCases.Count} failed" : "")}{(summary.Left > 0 ? $", {summary.Left} left" : "")}");
        if (outcome is not "completed")
            Devices(summary, output);
        foreach (var failed in summary.FailedCases.Take(ShownFailures))
            output.WriteLine($"not measured: {failed.Case} on {failed.Device}: {failed.Why ?? "no reason was given"}");
        if (summary.FailedCases.Count > ShownFailures)
            output.WriteLine($"not measured: {summary.FailedCases.Count - ShownFailures} more; --json lists all");
        foreach (var failed in summary.FailedTasks)
            output.WriteLine($"given up: task {failed.Task} after {failed.Attempts} {(failed.Attempts == 1 ? "attempt" : "attempts")}: {failed.Why}; its log is {summary.Folder}/logs/{failed.Task:00000}.{failed.Attempts}.log");
        output.WriteLine(Next(summary, outcome, outlives));
    }

    private static void Devices(SweepSummary summary, TextWriter output)
    {
        var table = new TextTable().Text("device").Numbers("cases", "done", "tasks", "ended");
        foreach (var device in summary.Devices)
            table.Row(device.Device, $"{device.Cases}", $"{device.Done}", $"{device.Tasks}", $"{device.TasksCompleted}");
        table.Write(output);
        foreach (var task in summary.Running.Take(ShownTasks))
            output.WriteLine($"running: task {task.Task}, attempt {Math.Max(1, task.Attempt)}{(task.Host is null ? "" : $", on {task.Host}")}: {task.Done} of {task.Cases} cases");
        if (summary.Running.Count > ShownTasks)
            output.WriteLine($"running: {summary.Running.Count - ShownTasks} more");
        if (summary.Left > 0)
            output.WriteLine($"left: about {DurationText.Of(new Seconds(summary.ExpectedLeftS))} of work, divided by the devices that run at a time");
    }

    private static string Next(SweepSummary summary, string? outcome, bool outlives) => outcome switch
    {
        "completed" => $"merged into {summary.Db}; next: sparseprof report --db {summary.Db}",
        "failed" when summary.Measured == 0 => $"nothing was measured; next: sparseprof sweep resume {summary.Id} tries again",
        "failed" => $"what was measured is merged into {summary.Db}; next: sparseprof sweep resume {summary.Id} tries the rest again",
        "interrupted" when outlives => $"the jobs go on: 'sparseprof sweep status {summary.Id}' looks, 'resume {summary.Id}' follows and merges, 'cancel {summary.Id}' ends them",
        "detached" => $"next: 'sparseprof sweep status {summary.Id}' looks, 'resume {summary.Id}' follows and merges, 'cancel {summary.Id}' ends it",
        null when summary.State == "running" && !outlives => $"the sparseprof that runs it merges at the end; next: 'sparseprof sweep cancel {summary.Id}' ends it",
        null when summary.State == "running" => $"next: 'sparseprof sweep resume {summary.Id}' follows and merges, 'cancel {summary.Id}' ends it",
        null when summary.State == "completed" => $"next: 'sparseprof sweep resume {summary.Id}' merges into {summary.Db}",
        _ => $"next: 'sparseprof sweep resume {summary.Id}' goes on from here",
    };
}
