namespace SparseProf.Ops.Statistics;

/// <summary>What a set of samples looks like. The headline is the median; a minimum is kept for rooflines, never quoted.</summary>
public sealed record SampleSummary
{
    public required int Count { get; init; }

    public required double Minimum { get; init; }

    public required double Percentile5 { get; init; }

    public required double FirstQuartile { get; init; }

    public required double Median { get; init; }

    public required double ThirdQuartile { get; init; }

    public required double Percentile95 { get; init; }

    public required double Maximum { get; init; }

    public required double Mean { get; init; }

    /// <summary>With n − 1; 0 of a single sample.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>Median of |x − median|, not scaled.</summary>
    public required double MedianAbsoluteDeviation { get; init; }

    /// <summary>Interquartile range ÷ median.</summary>
    public double RelativeInterquartileRange => (ThirdQuartile - FirstQuartile) / Median;

    /// <exception cref="ArgumentException">No samples.</exception>
    public static SampleSummary Of(ReadOnlySpan<double> samples)
    {
        var sorted = OrderStatistics.Sorted(samples);
        var median = OrderStatistics.QuantileOfSorted(sorted, 0.5);
        var mean = sorted.Average();
        return new SampleSummary
        {
            Count = sorted.Length,
            Minimum = sorted[0],
            Percentile5 = OrderStatistics.QuantileOfSorted(sorted, 0.05),
            FirstQuartile = OrderStatistics.QuantileOfSorted(sorted, 0.25),
            Median = median,
            ThirdQuartile = OrderStatistics.QuantileOfSorted(sorted, 0.75),
            Percentile95 = OrderStatistics.QuantileOfSorted(sorted, 0.95),
            Maximum = sorted[^1],
            Mean = mean,
            StandardDeviation = sorted.Length < 2 ? 0 : Math.Sqrt(sorted.Sum(x => (x - mean) * (x - mean)) / (sorted.Length - 1)),
            MedianAbsoluteDeviation = OrderStatistics.Median([.. sorted.Select(x => Math.Abs(x - median))]),
        };
    }
}
