namespace SparseProf.CostModel.Statistics;

/// <summary>Order statistics with linear interpolation (Hyndman and Fan 1996, definition 7; NumPy's default).</summary>
internal static class Quantile
{
    /// <summary>The quantile of values already sorted upward; NaN where there are none.</summary>
    public static double OfSorted(ReadOnlySpan<double> sorted, double probability)
    {
        if (sorted.Length == 0)
            return double.NaN;
        var place = probability * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 >= sorted.Length
            ? sorted[^1]
            : sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below]));
    }

    /// <summary>The central interval that holds <paramref name="coverage"/> of the values that are numbers.</summary>
    public static (double Low, double High) Interval(IEnumerable<double> values, double coverage = 0.95)
    {
        var sorted = values.Where(value => !double.IsNaN(value)).Order().ToArray();
        return (OfSorted(sorted, (1 - coverage) / 2), OfSorted(sorted, (1 + coverage) / 2));
    }
}
