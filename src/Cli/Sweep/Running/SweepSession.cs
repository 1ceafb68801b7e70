using SparseProf.Cli.Output;
using SparseProf.Cli.Sweep.Engines;
using SparseProf.Cli.Sweep.Folder;
using SparseProf.Ops.Errors;
using SparseProf.Store.Merging;

namespace SparseProf.Cli.Sweep.Running;

/// <summary>Follows a sweep to its end, merges its shards and says what came of it.</summary>
internal static class SweepSession
{
    /// <param name="detach">Only start the tasks, where the engine does without a follower.</param>
    /// <exception cref="UserErrorException">The sweep's folder was removed, another follows it, or its tasks cannot be started.</exception>
    public static int Run(SweepFolder folder, string engineName, bool detach, bool json, CancellationToken cancel)
    {
        try
        {
            return Followed(folder, engineName, detach, json, cancel);
        }
        catch (IOException full) when (DiskFull.Is(full))
        {
            throw DiskFull.Of(full, $"'sparseprof sweep resume {folder.Info.Id}' goes on from here");
        }
        catch (IOException lost) when (!Directory.Exists(folder.Path))
        {
            throw new UserErrorException(ErrorKind.Failed, "the folder of the sweep was removed, and what its tasks measured with it", lost) { Where = folder.Path, Next = "run the plan again; tasks that still run end by themselves" };
        }
    }

    private static int Followed(SweepFolder folder, string engineName, bool detach, bool json, CancellationToken cancel)
    {
        using var held = SweepLock.Take(folder);
        using var engine = SweepEngines.Create(engineName, folder);
        var follower = new SweepFollower(folder, engine);
        var started = follower.Start(cancel);
        if (!json)
            Console.Error.WriteLine($"sweep {folder.Info.Id}: {started} of {folder.Info.Tasks.Count} tasks started, {folder.Info.Cases} cases, in {folder.Path}");
        if (detach)
            return End(folder, engine, "detached", json);
        var outcome = follower.Follow(cancel);
        if (outcome is "completed" or "failed")
            Merge(folder);
        return End(folder, engine, outcome, json);
    }

    private static int End(SweepFolder folder, ISweepEngine engine, string outcome, bool json)
    {
        var tasks = new SweepState(folder).Read();
        var summary = SweepSummary.Of(folder, tasks, outcome is "detached" or "interrupted" ? engine.Alive() : new Dictionary<int, string>(), isFollowed: outcome == "detached");
        if (json)
            JsonOutput.Write(summary);
        else
            SweepText.Write(summary, outcome, engine.OutlivesFollower, Console.Out);
        return outcome switch
        {
            "detached" => 0,
            "interrupted" or "cancelled" => StopSignals.ExitCode,
            _ when summary.FailedCases.Count + summary.FailedTasks.Count + summary.Left == 0 => 0,
            _ => (int)(summary.FailedCases.Count == 0 && tasks.All(task => task.IsCompleted || task.Last?.Outcome == AttemptState.Missing) ? ErrorKind.Missing : ErrorKind.Failed),
        };
    }

    private static void Merge(SweepFolder folder)
    {
        var shards = new SweepState(folder).Read()
            .SelectMany(task => task.Attempts.Where(attempt => attempt.HasShard), (task, attempt) => folder.ShardPath(task.Task.Number, attempt.Attempt))
            .Where(File.Exists).ToList();
        if (shards.Count == 0)
            return;
        var progress = ProgressLine.OnStandardError();
        // Stopping here would only lose time: what is merged twice is taken once.
        ShardMerge.Into(folder.Info.Database, shards, (done, all) =>
        {
            if (!Console.IsErrorRedirected)
                progress.Step("runs merged", done, all, (double)done / all);
        });
        progress.Finish();
    }
}
