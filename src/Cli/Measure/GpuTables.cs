using System.Text.Json;
using SparseProf.Cli.Output;
using SparseProf.CostModel.Decisions;
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
            JsonOutput.Write(new
            {
                Run = reader.Run(runId),
                Calibration = reader.Calibration(runId),
                Measurements = rows.Select(row => Document(row, reader)),
                TwoFourSpeedups = speedups.Select(row => new { row.Shape, row.Dtype, row.Measure, Speedup = row.Value.Value, SpeedupLow = row.Value.Low, SpeedupHigh = row.Value.High, row.Suspect }),
                BreakEvens = breakEvens.Select(Document),
                Attempts = reader.Attempts(runId),
            });
            return;
        }

        var run = reader.Run(runId);
        output.WriteLine($"{run.DeviceName}, driver {run.DeviceDriver}; {string.Join(", ", reader.Libraries(runId).Select(library => $"{library.Name} {library.Version}"))}");
        foreach (var (name, value) in reader.Calibration(runId))
            output.WriteLine($"  {name} = {value:g4}");
        Measurements(rows, reader, output);
        foreach (var attempt in reader.Attempts(runId))
            output.WriteLine($"not measured: {attempt.Kernel}, {attempt.Op}: {attempt.Status}: {attempt.Message}");
        Speedups(speedups, output);
        BreakEvens(breakEvens, output);
    }

    private static void Measurements(IReadOnlyList<MeasurementRow> rows, MeasurementReader reader, TextWriter output)
    {
        var table = new TextTable().Text("kernel", "op", "mode", "regime").Numbers("median", "interval", "dense-equivalent rate", "clock", "energy a call").Prose("caveats");
        foreach (var row in rows)
        {
            var median = MedianInterval.Of(reader.Samples(row.Id));
            table.Row(
                row.Kernel, row.Op, Lower(row.Mode), Lower(row.Regime),
                new Seconds(median.Value).ToString(),
                $"±{(median.High - median.Low) / 2 / median.Value:P1}",
                row.DenseEquivalentFlops is { } flops ? (new Flops(flops) / new Seconds(median.Value)).ToString() : "",
                row.Result?.MedianClockHz is { } clock ? new Hertz(clock).ToString() : "",
                row.Result?.EnergyJ is { } energy ? new Joules(energy).ToString() : "",
                string.Join(", ", (row.Result?.Caveats ?? []).Select(caveat => caveat.Caveat.Name)));
        }

        table.Write(output);
    }

    private static void Speedups(IReadOnlyList<GpuBreakEvens.Speedup> rows, TextWriter output)
    {
        if (rows.Count == 0)
            return;
        output.WriteLine("2:4 against dense, each the best of a search:");
        var table = new TextTable().Text("shape", "dtype", "by").Numbers("speedup", "interval").Prose("");
        foreach (var row in rows)
            table.Row(row.Shape, row.Dtype, row.Measure, $"{row.Value.Value:0.00}", $"{row.Value.Low:0.00} to {row.Value.High:0.00}", row.Suspect ?? "");
        table.Write(output);
    }

    private static void BreakEvens(IReadOnlyList<GpuBreakEvens.Row> rows, TextWriter output)
    {
        if (rows.Count == 0)
            return;
        output.WriteLine("break-even density (sparse wins below it):");
        var table = new TextTable().Text("shape", "dtype", "kernel", "by").Numbers("density", "95 % interval");
        foreach (var row in rows)
        {
            var density = row.BreakEven.Density;
            table.Row(
                row.Shape, row.Dtype, row.Kernel, row.Measure,
                density is { } value ? $"{value.Value:P1}" : row.BreakEven.Kind switch { BreakEvenKind.AlwaysFaster => "always faster", BreakEvenKind.NeverFaster => "never faster", _ => "unknown" },
                density is { } found ? $"{found.Low:P1} to {found.High:P1}" : "");
        }

        table.Write(output);
    }

    private static object Document(GpuBreakEvens.Row row) => new
    {
        row.Shape,
        row.Dtype,
        row.Kernel,
        row.Measure,
        Kind = Lower(row.BreakEven.Kind),
        Density = row.BreakEven.Density?.Value,
        DensityLow = row.BreakEven.Density?.Low,
        DensityHigh = row.BreakEven.Density?.High,
    };

    private static object Document(MeasurementRow row, MeasurementReader reader)
    {
        var median = MedianInterval.Of(reader.Samples(row.Id));
        return new
        {
            row.Kernel,
            row.Library,
            row.Algorithm,
            row.Op,
            row.Dtype,
            row.Pattern,
            Mode = Lower(row.Mode),
            Regime = Lower(row.Regime),
            row.Verified,
            row.MaxRelError,
            MedianS = median.Value,
            MedianLowS = median.Low,
            MedianHighS = median.High,
            row.Result?.SampleCount,
            row.Result?.MedianClockHz,
            row.Result?.EnergyJ,
            row.Result?.EnergySigmaJ,
            row.Result?.EnergyMissingBecause,
            row.DenseEquivalentFlops,
            row.NonzeroFlops,
            Caveats = row.Result?.Caveats.Select(caveat => new { caveat.Caveat.Name, caveat.Evidence }),
        };
    }

    private static string Lower<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
