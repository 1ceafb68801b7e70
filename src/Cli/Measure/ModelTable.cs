using SparseProf.Cli.Output;
using SparseProf.CostModel.Decisions;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Measure;

/// <summary>Models: what leaving out work promised beside what it delivered.</summary>
internal static class ModelTable
{
    public static void Write(IReadOnlyList<TimedMeasurement> measurements, IReadOnlyDictionary<long, Speedup> speedups, TextWriter output)
    {
        var models = measurements.Where(measured => measured.Row.OpKind == "model").ToList();
        if (models.Count == 0)
            return;
        output.WriteLine("\nModels: one forward pass; promised = FLOPs of the best dense execution ÷ nonzero FLOPs, delivered = its time ÷ time");
        var table = new TextTable().Text("model", "weights", "execution").Numbers("time", "±", "promised", "delivered", "95 % interval", "parameters", "nonzero", "stored", "peak memory").Text("caveats");
        foreach (var measured in models)
        {
            var row = measured.Row;
            var speedup = speedups.GetValueOrDefault(row.Id);
            table.Row(
                row.Workload!, row.Pattern, row.Kernel,
                Cells.Time(measured.Time), Cells.Spread(measured.Time),
                speedup is null ? "" : Cells.Ratio(speedup.Promised),
                speedup is null ? "baseline" : Cells.Ratio(speedup.Delivered.Value),
                speedup is null ? "" : Cells.Interval(speedup.Delivered),
                SiFormat.Count(row.ParametersTotal ?? 0), SiFormat.Count(row.ParametersNonzero ?? 0),
                Cells.Capacity(row.WeightBytes), Cells.Capacity(measured.Result.PeakMemoryBytes),
                Cells.Caveats(measured));
        }

        table.Write(output);
    }
}
