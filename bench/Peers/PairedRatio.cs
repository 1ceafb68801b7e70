namespace SparseProf.Peers;

/// <summary>The median of ratios, one a round, and the order statistics that hold the true median with at least 95 % coverage.</summary>
internal sealed record PairedRatio(double Median, double Low, double High)
{
    private const double Coverage = 0.95;

    public static PairedRatio Of(IReadOnlyList<double> ratios)
    {
        var sorted = ratios.Order().ToArray();
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        var rank = LowerRank(sorted.Length);
        return new PairedRatio(median, sorted[rank], sorted[^(rank + 1)]);
    }

    // The highest rank r for which 1 - 2 P(Binomial(n, ½) <= r) still covers; a sign test turned into an interval.
    private static int LowerRank(int count)
    {
        var tail = 0.0;
        var probability = Math.Pow(0.5, count);
        for (var rank = 0; ; rank++)
        {
            tail += probability;
            if (1 - 2 * tail < Coverage)
                return Math.Max(0, rank - 1);
            probability *= (count - rank) / (rank + 1.0);
        }
    }
}
