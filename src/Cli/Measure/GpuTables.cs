using System.Text.Json;
using SparseProf.Cli.Output;
using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Workers;
using SparseProf.Profiler.Workers.Calibration;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Measure;

/// <summary>What a GPU run found, as tables for people or one JSON document.</summary>
internal static class GpuTables
{
    public static void Write(GpuEvidence evidence, bool json, TextWriter output)
    {
        var (reader, rows) = (evidence.Reader, evidence.Rows);
        var breakEvens = GpuBreakEvens.Of(evidence);
        var speedups = GpuBreakEvens.TwoFour(evidence);
        if (json)
        {
            JsonOutput.Write(GpuDocument.Of(evidence, speedups, breakEvens));
            return;
        }

        var run = evidence.Run;
        output.WriteLine($"{run.DeviceName}, driver {run.DeviceDriver}; {string.Join(", ", reader.Libraries(run.Id).Select(library => $"{library.Name} {library.Version}"))}");
        foreach (var (name, value) in evidence.Calibration.Where(pair => !SentinelCalibration.IsDrift(pair.Key)))
            output.WriteLine($"  {name} = {value:g4}");
        foreach (var name in new[] { SentinelCalibration.ProductName, SentinelCalibration.CopyName })
        {
            if (SentinelCalibration.Drifts(evidence.Calibration, name) is { } drift)
                output.WriteLine($"  {name} later: {drift.Least:0.000} to {drift.Most:0.000} times as long, {drift.Looks} looks");
        }

        Measurements(rows.Where(row => row.OpKind != "model"), evidence, output);
        Models(rows, reader, output);
        NotMeasured(evidence.Attempts, output);
        GpuMixtures.Write(evidence, output);
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
        var table = new TextTable().Text("model", "dtype", "mode", "execution").Numbers("median", "delivered", "95 % interval", "weights", "peak memory").Text("layers by kernel").Prose("caveats");
        foreach (var model in models)
        {
            var dense = model.FirstOrDefault(row => row.Execution == Execution.Dense);
            foreach (var row in model)
            {
                Estimate? ratio = dense is null || dense == row ? null : GpuRatios.Times(reader, dense, row);
                table.Row(
                    row.Op, row.Dtype, Lower(row.Mode), row.Kernel, new Seconds(MedianInterval.Of(reader.Samples(row.Id)).Value).ToString(),
                    ratio is { } found ? $"{found.Value:0.00}×" : "baseline", ratio is { } within ? $"{within.Low:0.00} to {within.High:0.00}" : "",
                    row.WeightBytes is { } bytes ? SiFormat.Capacity(new Bytes(bytes)) : "", row.Result?.PeakMemoryBytes is { } peak ? SiFormat.Capacity(new Bytes(peak)) : "", row.Algorithm ?? "",
                    string.Join(", ", (row.Result?.Caveats ?? []).Select(caveat => caveat.Caveat.Name)));
            }
        }

        table.Write(output);
    }

    // One reason for many cases is told once.
    private static void NotMeasured(IReadOnlyList<AttemptRow> attempts, TextWriter output)
    {
        foreach (var reason in attempts.GroupBy(attempt => (attempt.Status, attempt.Message)))
        {
            output.WriteLine($"not measured, {reason.Key.Status}: {reason.Key.Message}");
            foreach (var attempt in reason)
                output.WriteLine($"  {attempt.Kernel}, {attempt.Op}");
        }
    }

    private static void Measurements(IEnumerable<MeasurementRow> rows, GpuEvidence evidence, TextWriter output)
    {
        var table = new TextTable().Text("kernel", "op", "data", "mode", "regime").Numbers("median", "interval", "dense-equivalent rate", "clock", "cycles", "power", "energy a call", "beyond idle", "peak memory").Prose("caveats");
        foreach (var row in rows)
        {
            var median = MedianInterval.Of(evidence.Reader.Samples(row.Id));
            table.Row(
                row.Kernel, row.Op, row.Data, Lower(row.Mode), Lower(row.Regime),
                new Seconds(median.Value).ToString(),
                $"±{(median.High - median.Low) / 2 / median.Value:P1}",
                row.DenseEquivalentFlops is > 0 and { } flops ? (new Flops(flops) / new Seconds(median.Value)).ToString() : "",
                row.Result?.MedianClockHz is { } clock ? new Hertz(clock).ToString() : "",
                row.Result?.MedianClockHz is { } hertz ? $"{hertz * median.Value:0}" : "",
                GpuEnergy.PowerOf(row)?.ToString() ?? "",
                GpuEnergy.Text(GpuEnergy.Total(row)),
                GpuEnergy.Text(GpuEnergy.BeyondIdle(row, evidence.Calibration)),
                row.Result?.PeakMemoryBytes is { } peak ? SiFormat.Capacity(new Bytes(peak)) : "",
                string.Join(", ", (row.Result?.Caveats ?? []).Select(caveat => caveat.Caveat.Name)));
        }

        table.Write(output);
    }

    private static void Speedups(IReadOnlyList<GpuBreakEvens.Speedup> rows, TextWriter output)
    {
        if (rows.Count == 0)
            return;
        output.WriteLine("2:4 (tf32: 1:2) against dense, each the best of a search:");
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
