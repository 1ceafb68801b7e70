using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;

namespace SparseProf.CostModel.Decisions;

/// <summary>Break-even of one format on one shape, with the speedups that it follows from.</summary>
/// <param name="Format">The pattern without its density: csr, block:32x32.</param>
/// <param name="Measure">burst, sustained, or energy: of a call of the sustained ones.</param>
/// <param name="Family">Ordered by falling density.</param>
public sealed record MeasuredBreakEven(string Shape, string Format, string Measure, BreakEven BreakEven, IReadOnlyList<(TimedMeasurement Measured, Fraction Density, Speedup Speedup)> Family)
{
    public TimedMeasurement First => Family[0].Measured;

    /// <summary>Every format and shape that was measured at several densities.</summary>
    public static IReadOnlyList<MeasuredBreakEven> Of(IReadOnlyList<TimedMeasurement> measurements, IReadOnlyDictionary<long, Speedup> speedups) =>
    [
        .. measurements
            .Where(measured => measured.Row.OpKind is "gemm" or "conv2d" && speedups.ContainsKey(measured.Row.Id) && measured.Row.Execution == Execution.Sparse)
            .GroupBy(measured => (measured.Row.OpKind, measured.Row.M, measured.Row.N, measured.Row.K, measured.Row.Dtype, measured.Row.Mode, measured.Row.Regime, measured.Row.Kernel, Format: measured.Row.Pattern.Split('@')[0]))
            .OrderBy(family => family.Key.M).ThenBy(family => family.Key.N).ThenBy(family => family.Key.K).ThenBy(family => family.Key.Format, StringComparer.Ordinal).ThenBy(family => family.Key.Kernel, StringComparer.Ordinal)
            .Where(family => family.DistinctBy(measured => measured.Row.Pattern).Count() > 1)
            .SelectMany(family => Each(family.Key.Format, [.. family.Select(measured => (measured, SparsityPatternText.Parse(measured.Row.Pattern).Density, speedups[measured.Row.Id])).OrderByDescending(member => member.Density.Value)])),
    ];

    private static IEnumerable<MeasuredBreakEven> Each(string format, IReadOnlyList<(TimedMeasurement Measured, Fraction Density, Speedup Speedup)> family)
    {
        yield return Of(format, family[0].Measured.Row.Regime.ToString().ToLowerInvariant(), family);
        if (family.All(member => Energy(member.Measured, member.Speedup) is not null))
            yield return Of(format, "energy", [.. family.Select(member => (member.Measured, member.Density, member.Speedup with { Delivered = Energy(member.Measured, member.Speedup)!.Value }))]);
    }

    // Joules of the baseline over joules, two standard deviations of both counters.
    private static Estimate? Energy(TimedMeasurement measured, Speedup speedup)
    {
        if (speedup.Baseline.Result is not { EnergyJ: > 0 and { } dense } || measured.Result is not { EnergyJ: > 0 and { } sparse })
            return null;
        var half = 2 * Math.Sqrt(Math.Pow((speedup.Baseline.Result.EnergySigmaJ ?? 0) / dense, 2) + Math.Pow((measured.Result.EnergySigmaJ ?? 0) / sparse, 2));
        return new(dense / sparse, dense / sparse * Math.Exp(-half), dense / sparse * Math.Exp(half), Provenance.Measured);
    }

    private static MeasuredBreakEven Of(string format, string measure, IReadOnlyList<(TimedMeasurement Measured, Fraction Density, Speedup Speedup)> family)
    {
        var row = family[0].Measured.Row;
        return new($"{row.M}×{row.N}×{row.K}", format, measure, BreakEven.Of(family.Select(member => (member.Density, member.Speedup.Delivered))), family);
    }
}
