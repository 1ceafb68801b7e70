using System.CommandLine;
using SparseProf.Cli.Output;
using SparseProf.Cli.Sweep.Engines;
using SparseProf.Cli.Sweep.Folder;
using SparseProf.Cli.Sweep.Running;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof sweep resume</c>: goes on with a sweep, from nothing but its folder.</summary>
internal static class SweepResumeCommand
{
    public static Command Build()
    {
        var (id, sweeps, json) = (SweepOptions.Id(), SweepOptions.Sweeps(), CommonOptions.Json());
        var engine = new Option<string?>("--engine") { Description = "Another engine than before for what is left.", HelpName = "local|slurm" };
        var detach = new Option<bool>("--detach") { Description = "Only hand the tasks to Slurm." };
        var command = new Command("resume", "Follows a sweep that goes on, starts again what ended before its end, and merges all shards when all is done.") { id, engine, detach, sweeps, json };
        command.SetAction((parsed, cancel) =>
        {
            var folder = SweepFolder.Open(parsed.GetValue(sweeps)!, parsed.GetValue(id)!);
            var name = parsed.GetValue(engine) ?? folder.Info.Engine;
            SweepEngines.Check(name);
            if (parsed.GetValue(detach) && name == SweepEngines.Local)
                throw new UserErrorException(ErrorKind.WrongUsage, "the local engine works only while it is followed") { Where = "--detach", Next = "leave it out, or use --engine slurm" };
            folder.IsCancelled = false;
            return Task.FromResult(SweepSession.Run(folder, name, parsed.GetValue(detach), parsed.GetValue(json), cancel));
        });
        return command.WithExamples("sparseprof sweep resume bert-20260401-101500", "sparseprof sweep resume bert-20260401-101500 --engine local   # what the cluster left");
    }
}
