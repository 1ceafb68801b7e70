using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Measure;

/// <summary>What <c>measure</c> prints: the machine, the tables, the doubts, and what can be done next.</summary>
internal static class MeasureReport
{
    public static void Write(
        RunRow run, IReadOnlyList<TimedMeasurement> measurements, IReadOnlyDictionary<long, Speedup> speedups,
        IReadOnlyList<AttemptRow> attempts, string database, TextWriter output)
    {
        output.WriteLine($"{run.DeviceName}, {run.DeviceUnits} threads, {run.DeviceArchitecture}, {SiFormat.Capacity(new Bytes(run.DeviceMemoryBytes))}; run {run.Id} {run.Outcome}");
        ModelTable.Write(measurements, speedups, output);
        KernelTable.Write(measurements, speedups, output);
        BreakEvenTable.Write(measurements, speedups, output);
        WriteEnergy(measurements, output);
        WriteCaveats(measurements, output);
        foreach (var attempt in attempts)
            output.WriteLine($"not measured: {attempt.Kernel} on {attempt.Op}: {attempt.Status}, {attempt.Message}");
        output.WriteLine($"\n{measurements.Count} measurements, {measurements.Sum(measured => (long)measured.Samples.Length)} samples in {database}");
        if (run.Outcome is not "completed")
            output.WriteLine("next: the same command with --resume goes on where this run stopped");
    }

    private static void WriteEnergy(IReadOnlyList<TimedMeasurement> measurements, TextWriter output)
    {
        var models = measurements.Where(measured => measured.Row.OpKind == "model").ToList();
        foreach (var measured in models.Where(measured => measured.Result.EnergyJ is not null))
            output.WriteLine($"energy of {measured.Row.Workload} {measured.Row.Pattern}, {measured.Row.Kernel}: {new Joules(measured.Result.EnergyJ!.Value)} a pass");
        if (models.Select(measured => measured.Result.EnergyMissingBecause).FirstOrDefault(because => because is not null) is { } because)
            output.WriteLine($"\nenergy: not measured, {because}");
    }

    private static void WriteCaveats(IReadOnlyList<TimedMeasurement> measurements, TextWriter output)
    {
        var seen = measurements.SelectMany(measured => measured.Caveats).GroupBy(observed => observed.Caveat).OrderByDescending(group => group.Count()).ToList();
        if (seen.Count == 0)
            return;
        output.WriteLine("\nCaveats");
        foreach (var group in seen)
            output.WriteLine($"  {group.Key.Name} ({group.Count()} of {measurements.Count}): {group.Key.Cause}; {group.Key.Remedy}");
    }
}
