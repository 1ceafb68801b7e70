using SparseProf.CostModel.Latency;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Sweep.Estimates;

/// <summary>What <c>sweep --dry-run --json</c> prints.</summary>
internal sealed record DryRunDocument(
    string Plan, string Name, double TaskTimeS, IReadOnlyList<DryRunDevice> Devices, IReadOnlyList<DryRunTask> Tasks, IReadOnlyList<DryRunCase> Cases, IReadOnlyDictionary<string, int> LeftOut)
{
    public static DryRunDocument Of(string path, string name, Seconds taskTime, IReadOnlyList<PlannedTask> tasks, IReadOnlyDictionary<string, int> leftOut)
    {
        var cases = tasks.SelectMany(task => task.Cases, (task, planned) => (task.Number, Case: planned)).ToList();
        return new DryRunDocument(
            path, name, taskTime.Value,
            [.. tasks.GroupBy(task => task.Device.Name).Select(DryRunDevice.Of)],
            [.. tasks.Select(task => new DryRunTask(task.Number, task.Device.Name, task.Repeat, task.Cases.Count, task.Time.Value, task.Low.Value, task.High.Value, task.Limit.Value, Interval.Of(task.Energy)))],
            [.. cases.Select(entry => DryRunCase.Of(entry.Number, entry.Case))],
            leftOut);
    }
}

/// <param name="TimeS">Expected, of all its tasks one after the other.</param>
/// <param name="AtMostS">Where every case takes all the time that it may.</param>
/// <param name="Known">Cases whose latency the cost model predicts.</param>
/// <param name="Profile">Null where the plan names none.</param>
internal sealed record DryRunDevice(string Device, string? Profile, int Cases, int Tasks, int Known, double TimeS, double LowS, double AtMostS, Interval? EnergyJ)
{
    public static DryRunDevice Of(IGrouping<string, PlannedTask> tasks) => new(
        tasks.Key, tasks.First().Device.Profile, tasks.Sum(task => task.Cases.Count), tasks.Count(), tasks.Sum(task => task.Cases.Count(planned => planned.Call is not null)),
        tasks.Sum(task => task.Time.Value), tasks.Sum(task => task.Low.Value), tasks.Sum(task => task.High.Value), Interval.Of(PlannedTask.Sum(tasks.SelectMany(task => task.Cases))));
}

internal sealed record DryRunTask(int Task, string Device, int Repeat, int Cases, double TimeS, double LowS, double AtMostS, double LimitS, Interval? EnergyJ);

/// <param name="LatencyS">Of one call, pass or training; null where nothing is known of the device.</param>
/// <param name="TimeS">Of measuring the case.</param>
internal sealed record DryRunCase(string Key, string Case, string Device, int Repeat, int Task, Interval? LatencyS, bool OutOfRange, double TimeS, double LowS, double AtMostS, Interval? EnergyJ)
{
    public static DryRunCase Of(int task, CaseEstimate estimate) => new(
        estimate.Case.Key, estimate.Case.Text, estimate.Case.Device.Name, estimate.Case.Repeat, task,
        Interval.Of(estimate.Call), estimate.OutOfRange, estimate.Time.Value, estimate.Low.Value, estimate.High.Value, Interval.Of(estimate.Energy));
}

/// <summary>An estimate as documents have it.</summary>
internal sealed record Interval(double Value, double Low, double High, double Coverage, string Provenance)
{
    public static Interval? Of(Estimate? estimate) =>
        estimate is { } known ? new Interval(known.Value, known.Low, known.High, known.Coverage, PredictionTable.Name(known.Provenance)) : null;
}
