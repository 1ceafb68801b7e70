using SparseProf.Cli.Output;
using SparseProf.CostModel.Decisions;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Measure;

/// <summary>Single ops: each sparse kernel against the best dense one of the same shape.</summary>
internal static class KernelTable
{
    public static void Write(IReadOnlyList<TimedMeasurement> measurements, IReadOnlyDictionary<long, Speedup> speedups, TextWriter output)
    {
        var kernels = measurements.Where(measured => measured.Row.OpKind != "model").ToList();
        if (kernels.Count == 0)
            return;
        output.WriteLine("\nKernels: dense-equivalent rate; speedup against the best dense kernel of the same shape");
        var table = new TextTable().Text("op", "m×n×k", "pattern", "kernel", "caches").Numbers("time", "±", "dense-equivalent", "promised", "speedup", "95 % interval").Text("caveats");
        foreach (var measured in kernels)
        {
            var row = measured.Row;
            var speedup = speedups.GetValueOrDefault(row.Id);
            table.Row(
                row.OpKind, row.M is null ? "" : $"{row.M}×{row.N}×{row.K}", row.Pattern, row.Kernel, row.Mode.ToString().ToLowerInvariant(),
                Cells.Time(measured.Time), Cells.Spread(measured.Time),
                row.DenseEquivalentFlops > 0 ? (new Flops(row.DenseEquivalentFlops.Value) / new Seconds(measured.Time.Value)).ToString() : "",
                speedup is null ? "" : Cells.Ratio(speedup.Promised),
                speedup is null ? "baseline" : Cells.Ratio(speedup.Delivered.Value),
                speedup is null ? "" : Cells.Interval(speedup.Delivered),
                Cells.Caveats(measured));
        }

        table.Write(output);
    }
}
