namespace SparseProf.Ops.Statistics;

/// <summary>A slope that a few wild samples cannot turn: the median of the slopes of all pairs (Theil, 1950; Sen, 1968).</summary>
public static class TheilSen
{
    // Pairs grow with the square; longer series are first reduced to medians of equal stretches.
    private const int MaxPoints = 300;

    /// <summary>Change from the first sample to the last ÷ median, with Sen's 95 % interval. Zero for fewer than three samples.</summary>
    public static Estimate RelativeDrift(ReadOnlySpan<double> samples)
    {
        if (samples.Length < 3)
            return new Estimate(0, double.NegativeInfinity, double.PositiveInfinity, Provenance.Measured);
        var points = Reduce(samples);
        var n = points.Length;
        var slopes = new double[n * (n - 1) / 2];
        var next = 0;
        for (var i = 0; i < n; i++)
        {
            for (var j = i + 1; j < n; j++)
                slopes[next++] = (points[j] - points[i]) / (j - i);
        }

        Array.Sort(slopes);
        var half = 1.959964 * Math.Sqrt(n * (n - 1.0) * (2 * n + 5) / 18) / 2;
        var low = Math.Clamp((int)Math.Floor(slopes.Length / 2.0 - half), 0, slopes.Length - 1);
        var high = Math.Clamp((int)Math.Ceiling(slopes.Length / 2.0 + half), 0, slopes.Length - 1);
        return new Estimate(OrderStatistics.QuantileOfSorted(slopes, 0.5), slopes[low], slopes[high], Provenance.Measured)
            .Scale((n - 1) / OrderStatistics.Median(points));
    }

    private static double[] Reduce(ReadOnlySpan<double> samples)
    {
        if (samples.Length <= MaxPoints)
            return samples.ToArray();
        var points = new double[MaxPoints];
        for (var i = 0; i < MaxPoints; i++)
        {
            var start = (int)((long)i * samples.Length / MaxPoints);
            var end = (int)((long)(i + 1) * samples.Length / MaxPoints);
            points[i] = OrderStatistics.Median(samples[start..end]);
        }

        return points;
    }
}
