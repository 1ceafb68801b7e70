using System.CommandLine;
using SparseProf.Cli.Output;
using SparseProf.Cli.Sweep.Engines;
using SparseProf.Cli.Sweep.Folder;
using SparseProf.Cli.Sweep.Running;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof sweep cancel</c>: ends a sweep; what was measured stays in its folder.</summary>
internal static class SweepCancelCommand
{
    public static Command Build()
    {
        var (id, sweeps, json) = (SweepOptions.Id(), SweepOptions.Sweeps(), CommonOptions.Json());
        var command = new Command("cancel", "Ends the tasks of a sweep and whoever follows it; what was measured is kept, and resume goes on from there.") { id, sweeps, json };
        command.SetAction(parsed =>
        {
            var folder = SweepFolder.Open(parsed.GetValue(sweeps)!, parsed.GetValue(id)!);
            if (new SweepState(folder).Read().All(task => task.IsCompleted))
            {
                Report(folder, parsed.GetValue(json), $"sweep {folder.Info.Id} is completed: there is nothing to cancel", $"'sparseprof sweep resume {folder.Info.Id}' merges into {folder.Info.Database}");
                return;
            }

            folder.IsCancelled = true;
            if (Directory.GetFiles(folder.JobsFolder, "*.tasks").Length > 0)
            {
                SweepEngines.Check(SweepEngines.Slurm);
                using var engine = SweepEngines.Create(SweepEngines.Slurm, folder);
                engine.Cancel();
            }

            Report(
                folder, parsed.GetValue(json), $"sweep {folder.Info.Id} is cancelled; tasks end after their current case, and what they measured is kept in {folder.Path}",
                $"'sparseprof sweep resume {folder.Info.Id}' goes on from there; 'sparseprof merge OUT {folder.Path}/shards/*.db' takes what there is");
        });
        return command.WithExamples("sparseprof sweep cancel bert-20260401-101500");
    }

    private static void Report(SweepFolder folder, bool json, string what, string next)
    {
        if (json)
        {
            JsonOutput.Write(SweepSummary.Of(folder, new SweepState(folder).Read(), null, SweepLock.IsHeld(folder)));
            return;
        }

        Console.Out.WriteLine(what);
        Console.Out.WriteLine($"next: {next}");
    }
}
