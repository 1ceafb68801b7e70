using System.Globalization;
using SparseProf.Cli.Output;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Sweep.Estimates;

/// <summary>What <c>sweep --dry-run</c> prints.</summary>
internal static class DryRunText
{
    private const int ShownCases = 20;
    private const int ShownTasks = 20;

    public static void Write(DryRunDocument plan, string path, TextWriter output)
    {
        output.WriteLine($"{plan.Name}: {Count(plan.Cases.Count)} cases on {plan.Devices.Count} device{(plan.Devices.Count == 1 ? "" : "s")}, {Count(plan.Tasks.Count)} tasks of about {DurationText.Of(new Seconds(plan.TaskTimeS))}");
        foreach (var (why, cases) in plan.LeftOut)
            output.WriteLine($"left out: {Count(cases)} combinations, {why}");
        Devices(plan, output);
        Tasks(plan, output);
        Cases(plan, output);
        output.WriteLine("time: what the sampling policy takes for calls of the predicted latency; least: its fewest blocks; at most: time_per_case, where sampling stops");
        if (plan.Devices.Any(device => device.Known < device.Cases))
            output.WriteLine("unknown latency: name a hardware profile under devices.NAME.profile ('sparseprof profiles list')");
        output.WriteLine($"next: sparseprof sweep {path}, here; with --engine slurm on a cluster");
    }

    private static void Devices(DryRunDocument plan, TextWriter output)
    {
        var table = new TextTable().Text("device", "profile").Numbers("cases", "predicted", "tasks", "time", "least", "at most", "energy (90 %)");
        foreach (var device in plan.Devices)
            table.Row(device.Device, device.Profile ?? "none", Count(device.Cases), Count(device.Known), Count(device.Tasks), Time(device.TimeS), Time(device.LowS), Time(device.AtMostS), Energy(device.EnergyJ));
        table.Write(output);
    }

    private static void Tasks(DryRunDocument plan, TextWriter output)
    {
        var table = new TextTable().Numbers("task").Text("device").Numbers("repeat", "cases", "time", "at most", "limit", "energy (90 %)");
        foreach (var task in plan.Tasks.Take(ShownTasks))
            table.Row($"{task.Task}", task.Device, $"{task.Repeat}", $"{task.Cases}", Time(task.TimeS), Time(task.AtMostS), Time(task.LimitS), Energy(task.EnergyJ));
        table.Write(output);
        More(plan.Tasks.Count - ShownTasks, "tasks", output);
    }

    private static void Cases(DryRunDocument plan, TextWriter output)
    {
        var table = new TextTable().Text("key", "case", "device").Numbers("repeat", "task", "latency (90 %)").Text("from").Numbers("time", "energy");
        foreach (var planned in plan.Cases.Take(ShownCases))
        {
            table.Row(
                planned.Key[..8], planned.Case, planned.Device, $"{planned.Repeat}", $"{planned.Task}", Latency(planned.LatencyS),
                planned.LatencyS is { } known ? known.Provenance + (planned.OutOfRange ? ", out of range" : "") : "", Time(planned.TimeS), Energy(planned.EnergyJ));
        }

        table.Write(output);
        More(plan.Cases.Count - ShownCases, "cases", output);
    }

    private static void More(int more, string what, TextWriter output)
    {
        if (more > 0)
            output.WriteLine($"and {Count(more)} more {what}; --json lists all");
    }

    private static string Latency(Interval? latency) =>
        latency is { } known ? $"{new Seconds(known.Value)} ({new Seconds(known.Low)} – {new Seconds(known.High)})" : "unknown";

    private static string Energy(Interval? energy) => energy is { } known ? $"{new Joules(known.Value)} ({new Joules(known.Low)} – {new Joules(known.High)})" : "unknown";

    private static string Time(double seconds) => DurationText.Of(new Seconds(seconds));

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
