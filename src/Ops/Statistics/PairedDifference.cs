namespace SparseProf.Ops.Statistics;

/// <summary>How two models differ over the same seeds, by Student's paired t-test.</summary>
/// <param name="Difference">Mean of first − second, with its 95 % interval.</param>
/// <param name="PValue">Two-sided: how often so large a difference comes by chance.</param>
public sealed record PairedDifference(Estimate Difference, double PValue, int Pairs)
{
    public const int FewestPairs = 3;

    private const double Coverage = 0.95;

    public bool IsSignificant => !Difference.Holds(0);

    /// <param name="first">A figure of the first model for each seed.</param>
    /// <param name="second">Of the second model, for the same seeds in the same order.</param>
    /// <exception cref="ArgumentException">Not pairs, or fewer than three.</exception>
    public static PairedDifference Of(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if (first.Length != second.Length || first.Length < FewestPairs)
            throw new ArgumentException($"{first.Length} and {second.Length} figures; at least {FewestPairs} pairs are needed", nameof(second));
        var (mean, squares) = MeanAndSquares(first, second);
        var error = Math.Sqrt(squares / (first.Length - 1) / first.Length);
        var half = error * StudentT.TwoSidedQuantile(1 - Coverage, first.Length - 1);
        var p = error > 0 ? StudentT.TwoSidedTail(mean / error, first.Length - 1) : mean == 0 ? 1 : 0;
        return new PairedDifference(new Estimate(mean, mean - half, mean + half, Provenance.Measured, Coverage), p, first.Length);
    }

    private static (double Mean, double Squares) MeanAndSquares(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        var (mean, squares) = (0.0, 0.0);
        for (var i = 0; i < first.Length; i++)
            mean += (first[i] - second[i]) / first.Length;
        for (var i = 0; i < first.Length; i++)
            squares += (first[i] - second[i] - mean) * (first[i] - second[i] - mean);
        return (mean, squares);
    }
}
