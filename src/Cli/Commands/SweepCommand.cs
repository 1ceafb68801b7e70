using System.CommandLine;
using SparseProf.Cli.Output;
using SparseProf.Cli.Sweep;
using SparseProf.Cli.Sweep.Engines;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof sweep</c>: a plan of many cases, on this machine or on a cluster that Slurm runs.</summary>
internal static class SweepCommand
{
    private const int MostRetries = 20;

    public static Command Build()
    {
        var plan = new Argument<FileInfo?>("PLAN") { Description = "What to measure and train, on which devices: YAML or JSON, see docs/sweeps.md.", Arity = ArgumentArity.ZeroOrOne };
        var engine = new Option<string>("--engine") { Description = "local: worker processes on this machine, one a device; slurm: job arrays on a cluster.", DefaultValueFactory = _ => SweepEngines.Local, HelpName = "local|slurm" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show cases, expected time and energy, and tasks; start nothing." };
        var taskTime = new Option<string>("--task-time") { Description = "Cases are packed into tasks of about this time.", DefaultValueFactory = _ => "10m", HelpName = "TIME" };
        var retries = new Option<int>("--retries") { Description = "Further attempts at a task that ended before its end.", DefaultValueFactory = _ => 2, HelpName = "N" };
        var id = new Option<string?>("--id") { Description = "Name of the sweep; the plan's name and the time if not given.", HelpName = "ID" };
        var detach = new Option<bool>("--detach") { Description = "Only hand the tasks to Slurm; 'sweep resume' follows later." };
        var sweeps = SweepOptions.Sweeps();
        var database = new Option<FileInfo>("--db") { Description = "Where all shards are merged at the end.", DefaultValueFactory = _ => new FileInfo("sparseprof.db"), HelpName = "FILE" };
        var json = CommonOptions.Json();
        var command = new Command("sweep", "Runs a plan of many cases on this machine or on a cluster; nothing is lost when tasks, nodes or this program end.")
        {
            plan, engine, dryRun, taskTime, retries, id, detach, sweeps, database, json,
            SweepStatusCommand.Build(), SweepResumeCommand.Build(), SweepCancelCommand.Build(), SweepTaskCommand.Build(),
        };
        command.SetAction((parsed, cancel) =>
        {
            var file = parsed.GetValue(plan) ?? throw new UserErrorException(ErrorKind.WrongUsage, "no plan was named") { Allowed = "a plan file, or status, resume, cancel", Next = "docs/sweeps.md shows plans; 'sparseprof sweep --help' the rest" };
            var tries = parsed.GetValue(retries);
            if (tries is < 0 or > MostRetries)
                throw new UserErrorException(ErrorKind.WrongUsage, $"{tries} retries") { Where = "--retries", Allowed = $"0 to {MostRetries}" };
            var request = new SweepRequest(
                file.FullName, parsed.GetValue(engine)!, parsed.GetValue(sweeps)!, parsed.GetValue(database)!.FullName, TimeSpanText.Parse(parsed.GetValue(taskTime), "--task-time") ?? new Seconds(0),
                tries, parsed.GetValue(id), parsed.GetValue(detach), parsed.GetValue(json));
            return Task.FromResult(parsed.GetValue(dryRun) ? request.DryRun() : request.Run(cancel));
        });
        return command.WithExamples(
            "sparseprof sweep plan.yaml --dry-run                # cases, expected time and energy, tasks",
            "sparseprof sweep plan.yaml                          # here, one worker process a device",
            "sparseprof sweep plan.yaml --engine slurm --db all.db   # on the cluster; Ctrl-C leaves the jobs running",
            "sparseprof sweep plan.yaml --engine slurm --detach  # only hand the jobs over",
            "sparseprof sweep status                             # every sweep below ./sweeps",
            "sparseprof sweep resume ID                          # follow, try failed tasks again, merge",
            "sparseprof sweep cancel ID");
    }
}
