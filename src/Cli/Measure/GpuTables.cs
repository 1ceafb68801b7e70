using System.Text.Json;
using SparseProf.Cli.Output;
using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Measure;

/// <summary>What a GPU run found, as tables for people or one JSON document.</summary>
internal static class GpuTables
{
    public static void Write(string database, long runId, bool json, TextWriter output)
    {
        using var reader = MeasurementReader.Open(database);
        var rows = reader.Measurements(runId);
        var breakEvens = GpuBreakEvens.Of(reader, runId);
        var speedups = GpuBreakEvens.TwoFour(reader, runId);
        if (json)
        {
            JsonOutput.Write(GpuDocument.Of(reader, runId, speedups, breakEvens));
            return;
        }

        var run = reader.Run(runId);
        output.WriteLine($"{run.DeviceName}, driver {run.DeviceDriver}; {string.Join(", ", reader.Libraries(runId).Select(library => $"{library.Name} {library.Version}"))}");
        foreach (var (name, value) in reader.Calibration(runId))
            output.WriteLine($"  {name} = {value:g4}");
        Measurements(rows.Where(row => row.OpKind != "model"), reader, output);
        Models(rows, reader, output);
        foreach (var attempt in reader.Attempts(runId))
            output.WriteLine($"not measured: {attempt.Kernel}, {attempt.Op}: {attempt.Status}: {attempt.Message}");
        Speedups(speedups, output);
        BreakEvens(breakEvens, output);
    }

    // Three ways of running one model side by side: with its zeros stored, masked and skipped.
    private static void Models(IReadOnlyList<MeasurementRow> rows, MeasurementReader reader, TextWriter output)
    {
        var models = rows.Where(row => row.OpKind == "model").GroupBy(row => (row.Op, row.Dtype, row.Mode, row.Regime)).ToList();
        if (models.Count == 0)
            return;
        output.WriteLine("models, one forward pass; delivered = time of the dense execution ÷ time:");
        var table = new TextTable().Text("model", "dtype", "mode", "execution").Numbers("median", "delivered", "95 % interval", "weights").Text("layers by kernel").Prose("caveats");
        foreach (var model in models)
        {
            var dense = model.FirstOrDefault(row => row.Execution == Execution.Dense);
            foreach (var row in model)
            {
                Estimate? ratio = dense is null || dense == row ? null : GpuRatios.Times(reader, dense, row);
                table.Row(
                    row.Op, row.Dtype, Lower(row.Mode), row.Kernel, new Seconds(MedianInterval.Of(reader.Samples(row.Id)).Value).ToString(),
                    ratio is { } found ? $"{found.Value:0.00}×" : "baseline", ratio is { } within ? $"{within.Low:0.00} to {within.High:0.00}" : "",
                    row.WeightBytes is { } bytes ? SiFormat.Capacity(new Bytes(bytes)) : "", row.Algorithm ?? "",
                    string.Join(", ", (row.Result?.Caveats ?? []).Select(caveat => caveat.Caveat.Name)));
            }
        }

        table.Write(output);
    }

    private static void Measurements(IEnumerable<MeasurementRow> rows, MeasurementReader reader, TextWriter output)
    {
        var table = new TextTable().Text("kernel", "op", "data", "mode", "regime").Numbers("median", "interval", "dense-equivalent rate", "clock", "cycles", "power", "energy a call").Prose("caveats");
        foreach (var row in rows)
        {
            var median = MedianInterval.Of(reader.Samples(row.Id));
            table.Row(
                row.Kernel, row.Op, row.Data, Lower(row.Mode), Lower(row.Regime),
                new Seconds(median.Value).ToString(),
                $"±{(median.High - median.Low) / 2 / median.Value:P1}",
                row.DenseEquivalentFlops is { } flops ? (new Flops(flops) / new Seconds(median.Value)).ToString() : "",
                row.Result?.MedianClockHz is { } clock ? new Hertz(clock).ToString() : "",
                row.Result?.MedianClockHz is { } hertz ? $"{hertz * median.Value:0}" : "",
                PowerOf(row) is { } watts ? watts.ToString() : "",
                row.Result?.EnergyJ is { } energy ? $"{new Joules(energy)} ± {row.Result?.EnergySigmaJ / energy:P1}" : "",
                string.Join(", ", (row.Result?.Caveats ?? []).Select(caveat => caveat.Caveat.Name)));
        }

        table.Write(output);
    }

    /// <summary>Over the window of the case's energy.</summary>
    internal static Watts? PowerOf(MeasurementRow row) => row.Result is { EnergyJ: { } energy, EnergyCalls: { } calls, EnergyWindowS: > 0 and { } window } ? new Watts(energy * calls / window) : null;

    private static void Speedups(IReadOnlyList<GpuBreakEvens.Speedup> rows, TextWriter output)
    {
        if (rows.Count == 0)
            return;
        output.WriteLine("2:4 against dense, each the best of a search:");
        var table = new TextTable().Text("shape", "dtype", "mode", "by").Numbers("speedup", "95 % interval", "in cycles").Prose("");
        foreach (var row in rows)
            table.Row(row.Shape, row.Dtype, Lower(row.Mode), row.Measure, $"{row.Value.Value:0.00}", $"{row.Value.Low:0.00} to {row.Value.High:0.00}", row.InCycles is { } cycles ? $"{cycles:0.00}" : "", row.Suspect ?? "");
        table.Write(output);
    }

    private static void BreakEvens(IReadOnlyList<GpuBreakEvens.Row> rows, TextWriter output)
    {
        if (rows.Count == 0)
            return;
        output.WriteLine("break-even density (sparse wins below it):");
        var table = new TextTable().Text("shape", "dtype", "kernel", "mode", "by").Numbers("density", "95 % interval");
        foreach (var row in rows)
        {
            var density = row.BreakEven.Density;
            table.Row(
                row.Shape, row.Dtype, row.Kernel, Lower(row.Mode), row.Measure,
                density is { } value ? $"{value.Value:P1}" : row.BreakEven.Kind switch { BreakEvenKind.AlwaysFaster => "always faster", BreakEvenKind.NeverFaster => "never faster", _ => "unknown" },
                density is { } found ? $"{found.Low:P1} to {found.High:P1}" : "");
        }

        table.Write(output);
    }

    /// <summary>A name as in the database.</summary>
    internal static string Lower<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
