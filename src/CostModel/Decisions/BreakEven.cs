using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;

namespace SparseProf.CostModel.Decisions;

/// <summary>
/// The density below which a sparse format beats the dense kernel, from speedups measured at several densities.
/// </summary>
/// <param name="Density">Null where the speedup does not cross 1 within the densities that were measured.</param>
public sealed record BreakEven(BreakEvenKind Kind, Estimate? Density)
{
    /// <summary>
    /// Interpolates log speedup over log density; the interval is where the band of the speedups' intervals crosses 1, and
    /// ends at the outermost density where the band does not cross.
    /// </summary>
    /// <param name="speedups">Dense time over sparse time, by density; any order.</param>
    public static BreakEven Of(IEnumerable<(Fraction Density, Estimate Speedup)> speedups)
    {
        var points = speedups.OrderBy(point => point.Density.Value).ToList();
        if (points.Count == 0)
            return new BreakEven(BreakEvenKind.Unknown, null);
        var (first, last) = (points[0].Density.Value, points[^1].Density.Value);
        var crossing = Crossing(points, point => point.Value);
        if (crossing is null)
            return new BreakEven(points[0].Speedup.Value >= 1 ? BreakEvenKind.AlwaysFaster : BreakEvenKind.NeverFaster, null);
        var low = Crossing(points, point => point.Low) ?? first;
        var high = Crossing(points, point => point.High) ?? last;
        var speedup = points[0].Speedup;
        return new BreakEven(BreakEvenKind.Found, new Estimate(crossing.Value, low, high, Provenance.Interpolated, speedup.Coverage));
    }

    // The largest density at which the curve falls through 1: above it sparse is never faster again.
    private static double? Crossing(List<(Fraction Density, Estimate Speedup)> points, Func<Estimate, double> side)
    {
        for (var i = points.Count - 1; i > 0; i--)
        {
            var (left, right) = (Math.Log(side(points[i - 1].Speedup)), Math.Log(side(points[i].Speedup)));
            if (left >= 0 && right < 0)
            {
                var (from, to) = (Math.Log(points[i - 1].Density.Value), Math.Log(points[i].Density.Value));
                return Math.Exp(from + (to - from) * left / (left - right));
            }
        }

        return null;
    }
}

public enum BreakEvenKind
{
    /// <summary>Nothing was measured.</summary>
    Unknown,

    /// <summary>Sparse is faster below the density and slower above.</summary>
    Found,

    /// <summary>Sparse is faster at every density that was measured.</summary>
    AlwaysFaster,

    /// <summary>Sparse is slower at every density that was measured.</summary>
    NeverFaster,
}
