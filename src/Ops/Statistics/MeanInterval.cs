namespace SparseProf.Ops.Statistics;

/// <summary>The mean of a few independent figures, such as one a seed, with Student's 95 % interval.</summary>
public static class MeanInterval
{
    private const double Coverage = 0.95;

    /// <summary>Of a single figure the interval is NaN: nothing is known about its spread.</summary>
    /// <exception cref="ArgumentException">No figures.</exception>
    public static Estimate Of(ReadOnlySpan<double> figures)
    {
        var summary = SampleSummary.Of(figures);
        var half = summary.Count < 2
            ? double.NaN
            : summary.StandardDeviation / Math.Sqrt(summary.Count) * StudentT.TwoSidedQuantile(1 - Coverage, summary.Count - 1);
        return new Estimate(summary.Mean, summary.Mean - half, summary.Mean + half, Provenance.Measured, Coverage);
    }
}
