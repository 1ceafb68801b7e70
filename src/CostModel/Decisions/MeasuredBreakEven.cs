using SparseProf.Ops;
using SparseProf.Ops.Units;

namespace SparseProf.CostModel.Decisions;

/// <summary>Break-even of one format on one shape, with the speedups that it follows from.</summary>
/// <param name="Format">The pattern without its density: csr, block:32x32.</param>
/// <param name="Family">Ordered by falling density.</param>
public sealed record MeasuredBreakEven(string Shape, string Format, BreakEven BreakEven, IReadOnlyList<(TimedMeasurement Measured, Fraction Density, Speedup Speedup)> Family)
{
    public TimedMeasurement First => Family[0].Measured;

    /// <summary>Every format and shape that was measured at several densities.</summary>
    public static IReadOnlyList<MeasuredBreakEven> Of(IReadOnlyList<TimedMeasurement> measurements, IReadOnlyDictionary<long, Speedup> speedups) =>
    [
        .. measurements
            .Where(measured => measured.Row.OpKind is "gemm" or "conv2d" && speedups.ContainsKey(measured.Row.Id) && measured.Row.Execution == Execution.Sparse)
            .GroupBy(measured => (measured.Row.OpKind, measured.Row.M, measured.Row.N, measured.Row.K, measured.Row.Dtype, measured.Row.Mode, measured.Row.Regime, measured.Row.Kernel, Format: measured.Row.Pattern.Split('@')[0]))
            .Where(family => family.DistinctBy(measured => measured.Row.Pattern).Count() > 1)
            .Select(family => Of(family.Key.Format, [.. family.Select(measured => (measured, SparsityPatternText.Parse(measured.Row.Pattern).Density, speedups[measured.Row.Id])).OrderByDescending(member => member.Density.Value)])),
    ];

    private static MeasuredBreakEven Of(string format, IReadOnlyList<(TimedMeasurement Measured, Fraction Density, Speedup Speedup)> family)
    {
        var row = family[0].Measured.Row;
        return new($"{row.M}×{row.N}×{row.K}", format, BreakEven.Of(family.Select(member => (member.Density, member.Speedup.Delivered))), family);
    }
}
