using System.CommandLine;
using SparseProf.Cli.Output;
using SparseProf.Cli.Sweep.Engines;
using SparseProf.Cli.Sweep.Folder;
using SparseProf.Cli.Sweep.Running;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof sweep status</c>: where one sweep or all of them stand.</summary>
internal static class SweepStatusCommand
{
    public static Command Build()
    {
        var id = new Argument<string?>("ID") { Description = "A sweep below --sweeps, or the path of its folder; all if not given.", Arity = ArgumentArity.ZeroOrOne };
        var (sweeps, json) = (SweepOptions.Sweeps(), CommonOptions.Json());
        var command = new Command("status", "Shows how far a sweep is, what runs where, and what failed and why.") { id, sweeps, json };
        command.SetAction(parsed =>
        {
            var root = parsed.GetValue(sweeps)!;
            if (parsed.GetValue(id) is { } named)
                One(Look(SweepFolder.Open(root, named)), parsed.GetValue(json));
            else
                All([.. SweepFolder.Ids(root).Select(known => Look(SweepFolder.Open(root, known)))], root, parsed.GetValue(json));
        });
        return command.WithExamples("sparseprof sweep status", "sparseprof sweep status bert-20260401-101500", "sparseprof sweep status /shared/sweeps/bert-20260401-101500 --json");
    }

    private static SweepSummary Look(SweepFolder folder)
    {
        var alive = folder.Info.Engine == SweepEngines.Slurm ? AskSlurm(folder) : null;
        return SweepSummary.Of(folder, new SweepState(folder).Read(), alive, SweepLock.IsHeld(folder));
    }

    // Where Slurm's commands are missing, the journals still tell.
    private static IReadOnlyDictionary<int, string>? AskSlurm(SweepFolder folder)
    {
        try
        {
            using var engine = SweepEngines.Create(SweepEngines.Slurm, folder);
            return engine.Alive();
        }
        catch (UserErrorException)
        {
            return null;
        }
    }

    private static void One(SweepSummary summary, bool json)
    {
        if (json)
            JsonOutput.Write(summary);
        else
            SweepText.Write(summary, null, summary.Engine == SweepEngines.Slurm, Console.Out);
    }

    private static void All(IReadOnlyList<SweepSummary> summaries, string root, bool json)
    {
        if (json)
        {
            JsonOutput.Write(summaries);
            return;
        }

        if (summaries.Count == 0)
        {
            Console.Out.WriteLine($"there is no sweep below {Path.GetFullPath(root)}; 'sparseprof sweep PLAN' starts one");
            return;
        }

        var table = new TextTable().Text("sweep", "engine", "state").Numbers("cases", "measured", "failed", "left", "tasks", "ended");
        foreach (var summary in summaries)
            table.Row(summary.Id, summary.Engine, summary.State, $"{summary.Cases}", $"{summary.Measured}", $"{summary.FailedCases.Count}", $"{summary.Left}", $"{summary.Tasks.All}", $"{summary.Tasks.Completed}");
        table.Write(Console.Out);
    }
}
