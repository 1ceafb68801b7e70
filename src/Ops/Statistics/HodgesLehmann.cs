namespace SparseProf.Ops.Statistics;

/// <summary>
/// The median of the pairwise (Walsh) averages, with the interval that inverts Wilcoxon's signed-rank test (Hodges and
/// Lehmann, 1963). Robust, and exact for small symmetric samples.
/// </summary>
public static class HodgesLehmann
{
    private const double Tail = 0.025;

    // Above this many samples the normal approximation differs from the exact ranks by less than one.
    private const int ExactUpTo = 40;

    /// <summary>With fewer than six samples [minimum, maximum] is the widest there is, and covers 1 − 2^(1−n).</summary>
    public static Estimate Of(ReadOnlySpan<double> samples)
    {
        var n = samples.Length;
        var averages = new double[n * (n + 1) / 2];
        var next = 0;
        for (var i = 0; i < n; i++)
        {
            for (var j = i; j < n; j++)
                averages[next++] = (samples[i] + samples[j]) / 2;
        }

        Array.Sort(averages);
        var below = n <= ExactUpTo ? ExactRank(n) : NormalRank(n);
        return new Estimate(
            OrderStatistics.QuantileOfSorted(averages, 0.5), averages[below], averages[^(below + 1)], Provenance.Measured, Math.Min(0.95, 1 - Math.Pow(2, 1 - n)));
    }

    /// <summary>How many averages lie outside the interval on either side: the largest k with P(W ≤ k) ≤ 2.5 %.</summary>
    private static int ExactRank(int n)
    {
        // ways[w]: subsets of the ranks 1…n with sum w.
        var ways = new double[n * (n + 1) / 2 + 1];
        ways[0] = 1;
        for (var rank = 1; rank <= n; rank++)
        {
            for (var w = ways.Length - 1; w >= rank; w--)
                ways[w] += ways[w - rank];
        }

        var allowed = Tail * Math.Pow(2, n);
        var (outside, sum) = (0, ways[0] + ways[Math.Min(1, ways.Length - 1)]);
        while (sum <= allowed)
            sum += ways[++outside + 1];
        return outside;
    }

    private static int NormalRank(int n) =>
        (int)Math.Floor(n * (n + 1.0) / 4 - 0.5 - 1.959964 * Math.Sqrt(n * (n + 1.0) * (2 * n + 1) / 24));
}
