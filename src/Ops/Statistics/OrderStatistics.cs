namespace SparseProf.Ops.Statistics;

/// <summary>Medians and quantiles, interpolated linearly between neighbours (type 7 of Hyndman and Fan, 1996).</summary>
public static class OrderStatistics
{
    /// <exception cref="ArgumentException">No samples.</exception>
    public static double Median(ReadOnlySpan<double> samples) => QuantileOfSorted(Sorted(samples), 0.5);

    /// <exception cref="ArgumentException">No samples.</exception>
    public static double Quantile(ReadOnlySpan<double> samples, double probability) => QuantileOfSorted(Sorted(samples), probability);

    public static double[] Sorted(ReadOnlySpan<double> samples)
    {
        var sorted = samples.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    /// <exception cref="ArgumentException">No samples, or a probability outside [0, 1].</exception>
    public static double QuantileOfSorted(ReadOnlySpan<double> sorted, double probability)
    {
        if (sorted.IsEmpty)
            throw new ArgumentException("a quantile needs at least one sample", nameof(sorted));
        if (probability is not (>= 0 and <= 1))
            throw new ArgumentException("a probability lies from 0 to 1", nameof(probability));
        var place = probability * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
