using SparseProf.Cli.Output;
using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Measure;

/// <summary>From which sparsity on a format is faster than dense, for each shape that was measured at several densities.</summary>
internal static class BreakEvenTable
{
    public static void Write(IReadOnlyList<TimedMeasurement> measurements, IReadOnlyDictionary<long, Speedup> speedups, TextWriter output)
    {
        var families = measurements
            .Where(measured => measured.Row.OpKind is "gemm" or "conv2d" && speedups.ContainsKey(measured.Row.Id) && measured.Row.Execution == Execution.Sparse)
            .GroupBy(measured => (measured.Row.OpKind, measured.Row.M, measured.Row.N, measured.Row.K, measured.Row.Mode, measured.Row.Kernel, Format: FormatOf(measured.Row.Pattern)))
            .Where(family => family.DistinctBy(measured => measured.Row.Pattern).Count() > 1)
            .ToList();
        if (families.Count == 0)
            return;
        output.WriteLine("\nBreak-even: the sparsity above which the format is faster than the best dense kernel");
        var table = new TextTable().Text("op", "m×n×k", "format", "kernel", "caches").Numbers("break-even sparsity", "95 % band");
        foreach (var family in families)
        {
            var breakEven = BreakEven.Of(family.Select(measured => (SparsityPatternText.Parse(measured.Row.Pattern).Density, speedups[measured.Row.Id].Delivered)));
            var key = family.Key;
            table.Row(
                key.OpKind, $"{key.M}×{key.N}×{key.K}", key.Format, key.Kernel, key.Mode.ToString().ToLowerInvariant(),
                Value(breakEven, family), breakEven.Density is { } density ? $"{Percent(1 - density.High)} – {Percent(1 - density.Low)}" : "");
        }

        table.Write(output);
    }

    private static string Value(BreakEven breakEven, IEnumerable<TimedMeasurement> family) => breakEven switch
    {
        { Density: { } density } => Percent(1 - density.Value),
        { Kind: BreakEvenKind.AlwaysFaster } => $"below {Percent(family.Min(Sparsity))}",
        _ => $"above {Percent(family.Max(Sparsity))}",
    };

    private static double Sparsity(TimedMeasurement measured) => SparsityPatternText.Parse(measured.Row.Pattern).Sparsity.Value;

    private static string Percent(double share) => $"{share * 100:0.#} %";

    private static string FormatOf(string pattern) => pattern.Split('@')[0];
}
