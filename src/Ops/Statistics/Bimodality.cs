namespace SparseProf.Ops.Statistics;

/// <summary>
/// Finds two groups of samples with a gap between them: each holds at least a tenth of the samples, and the gap is wider
/// than three interquartile ranges of either group. (The range of all samples would do no good: it spans the gap itself
/// as soon as both groups hold a quarter.)
/// </summary>
public static class Bimodality
{
    private const double SmallestShare = 0.1;
    private const double GapOverSpread = 3;

    // Of the median: a timer's steps are no modes.
    private const double SmallestGap = 0.01;
    private const int FewestSamples = 20;

    /// <summary>The groups, or null where there is only one.</summary>
    public static Modes? Find(ReadOnlySpan<double> samples)
    {
        var n = samples.Length;
        if (n < FewestSamples)
            return null;
        var sorted = OrderStatistics.Sorted(samples);
        var (first, last) = ((int)Math.Ceiling(n * SmallestShare), n - (int)Math.Ceiling(n * SmallestShare));
        var split = first;
        for (var i = first; i <= last; i++)
        {
            if (sorted[i] - sorted[i - 1] > sorted[split] - sorted[split - 1])
                split = i;
        }

        var gap = sorted[split] - sorted[split - 1];
        var spread = Math.Max(Spread(sorted.AsSpan(..split)), Spread(sorted.AsSpan(split..)));
        return gap > GapOverSpread * spread && gap > SmallestGap * OrderStatistics.QuantileOfSorted(sorted, 0.5)
            ? new Modes(OrderStatistics.QuantileOfSorted(sorted.AsSpan(..split), 0.5), OrderStatistics.QuantileOfSorted(sorted.AsSpan(split..), 0.5), (double)split / n)
            : null;
    }

    private static double Spread(ReadOnlySpan<double> sorted) =>
        OrderStatistics.QuantileOfSorted(sorted, 0.75) - OrderStatistics.QuantileOfSorted(sorted, 0.25);
}

/// <summary>The medians of two groups of samples.</summary>
/// <param name="LowerShare">Share of the samples in the lower group.</param>
public readonly record struct Modes(double Lower, double Upper, double LowerShare);
