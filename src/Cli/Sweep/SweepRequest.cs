using SparseProf.Cli.Commands;
using SparseProf.Cli.Output;
using SparseProf.Cli.Sweep.Engines;
using SparseProf.Cli.Sweep.Estimates;
using SparseProf.Cli.Sweep.Folder;
using SparseProf.Cli.Sweep.Plan;
using SparseProf.Cli.Sweep.Running;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Sweep;

/// <summary>What <c>sweep PLAN</c> was asked for.</summary>
/// <param name="Id">Null for one made of the plan's name and the time.</param>
internal sealed record SweepRequest(string Plan, string Engine, string Sweeps, string Database, Seconds TaskTime, int Retries, string? Id, bool Detach, bool Json)
{
    private const int MostInASecond = 100;

    /// <summary>Cases, estimates and tasks of the plan; nothing is started or written.</summary>
    public int DryRun()
    {
        var (plan, cases, tasks) = Planned();
        var document = DryRunDocument.Of(Plan, plan.Name, TaskTime, tasks, cases.LeftOut);
        if (Json)
            JsonOutput.Write(document);
        else
            DryRunText.Write(document, Plan, Console.Out);
        return 0;
    }

    public int Run(CancellationToken cancel)
    {
        SweepEngines.Check(Engine);
        if (Detach && Engine == SweepEngines.Local)
            throw new UserErrorException(ErrorKind.WrongUsage, "the local engine works only while it is followed") { Where = "--detach", Next = "leave it out, or use --engine slurm" };
        var (plan, cases, tasks) = Planned();
        foreach (var (why, count) in cases.LeftOut)
            Console.Error.WriteLine($"left out: {count} combinations, {why}");
        var info = new SweepInfo(
            CheckedId() ?? $"{plan.Name}-{DateTimeOffset.UtcNow:yyyyMMdd-HHmmss}", DateTimeOffset.UtcNow, ProgramVersion.Current, Engine, Database, Retries, plan.Devices,
            [.. tasks.Select(task => new TaskInfo(task.Number, task.Device.Name, task.Repeat, task.Cases.Count, task.Time.Value, task.Limit.Value))]);
        return SweepSession.Run(Id is null ? WithOwnId(info, plan, tasks) : SweepFolder.Create(Sweeps, info, plan, tasks), Engine, Detach, Json, cancel);
    }

    // Another may begin in the same second.
    private SweepFolder WithOwnId(SweepInfo info, SweepPlan plan, IReadOnlyList<PlannedTask> tasks)
    {
        var made = SweepFolder.TryCreate(Sweeps, info, plan, tasks);
        for (var other = 2; made is null && other < MostInASecond; other++)
            made = SweepFolder.TryCreate(Sweeps, info with { Id = $"{info.Id}-{other}" }, plan, tasks);
        return made ?? SweepFolder.Create(Sweeps, info, plan, tasks);
    }

    private (SweepPlan Plan, PlanCases Cases, IReadOnlyList<PlannedTask> Tasks) Planned()
    {
        var plan = PlanReader.Read(Plan);
        var cases = PlanCases.Of(plan);
        return (plan, cases, TaskPacking.Pack(new CaseEstimator(plan).Estimate(cases.Cases), TaskTime));
    }

    private string? CheckedId() => Id is null || PlanReader.IsName(Id)
        ? Id
        : throw new UserErrorException(ErrorKind.WrongUsage, $"'{Id}' is no id") { Where = "--id", Allowed = "letters, digits, '-', '_' and '.', beginning with a letter or digit, at most 40" };
}
