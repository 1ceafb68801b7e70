namespace SparseProf.Ops.Statistics;

/// <summary>The median of samples with its 95 % interval.</summary>
public static class MedianInterval
{
    /// <summary>Neighbouring samples share the machine's mood; blocks of this length are drawn together.</summary>
    public const int BlockLength = 16;

    private const int Resamples = 400;

    // z of 95 % ÷ 2: half-width in ranks is 0.98 · √n.
    private const double RankFactor = 0.98;

    /// <summary>
    /// The wider of <see cref="FromRanks"/>, which assumes independent samples, and <see cref="FromBlocks"/>, which does
    /// not but needs enough of them.
    /// </summary>
    public static Estimate Of(ReadOnlySpan<double> samples, int seed = 0)
    {
        var ranks = FromRanks(samples);
        if (samples.Length < 4 * BlockLength)
            return ranks;
        var blocks = FromBlocks(samples, seed);
        return blocks.High - blocks.Low > ranks.High - ranks.Low ? blocks : ranks;
    }

    /// <summary>
    /// Distribution-free: the order statistics at ranks ⌊n/2 − 0.98√n⌋ and ⌈1 + n/2 + 0.98√n⌉. With fewer than six
    /// samples even [minimum, maximum] covers less than 95 %, and the estimate says how much: 1 − 2^(1−n).
    /// </summary>
    public static Estimate FromRanks(ReadOnlySpan<double> samples)
    {
        var sorted = OrderStatistics.Sorted(samples);
        var n = sorted.Length;
        var half = RankFactor * Math.Sqrt(n);
        var low = Math.Clamp((int)Math.Floor(n / 2.0 - half), 1, n);
        var high = Math.Clamp((int)Math.Ceiling(1 + n / 2.0 + half), 1, n);
        return new Estimate(
            OrderStatistics.QuantileOfSorted(sorted, 0.5), sorted[low - 1], sorted[high - 1], Provenance.Measured, Math.Min(0.95, 1 - Math.Pow(2, 1 - n)));
    }

    /// <summary>Circular block bootstrap of the median (Politis and Romano, 1992), percentile interval; the same for the same seed.</summary>
    public static Estimate FromBlocks(ReadOnlySpan<double> samples, int seed = 0)
    {
        var n = samples.Length;
        var sorted = samples.ToArray();
        var order = Enumerable.Range(0, n).ToArray();
        Array.Sort(sorted, order);
        var rankOf = new int[n];
        for (var rank = 0; rank < n; rank++)
            rankOf[order[rank]] = rank;

        // A resample is a count per rank, so its median is found without sorting it.
        var random = new Random(seed);
        var counts = new int[n];
        var medians = new double[Resamples];
        for (var resample = 0; resample < Resamples; resample++)
        {
            Array.Clear(counts);
            for (var drawn = 0; drawn < n;)
            {
                var start = random.Next(n);
                for (var i = 0; i < BlockLength && drawn < n; i++, drawn++)
                    counts[rankOf[(start + i) % n]]++;
            }

            medians[resample] = (AtRank(sorted, counts, (n - 1) / 2) + AtRank(sorted, counts, n / 2)) / 2;
        }

        Array.Sort(medians);
        return new Estimate(
            OrderStatistics.QuantileOfSorted(sorted, 0.5),
            OrderStatistics.QuantileOfSorted(medians, 0.025),
            OrderStatistics.QuantileOfSorted(medians, 0.975),
            Provenance.Measured);
    }

    private static double AtRank(double[] sorted, int[] counts, int rank)
    {
        var passed = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            passed += counts[i];
            if (passed > rank)
                return sorted[i];
        }

        return sorted[^1];
    }
}
