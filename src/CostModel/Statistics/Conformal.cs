namespace SparseProf.CostModel.Statistics;

/// <summary>Conformal intervals (Vovk et al. 2005; Papadopoulos et al. 2002): the quantile of held-out scores is the factor by which expected errors grow to the stated coverage.</summary>
public static class Conformal
{
    private const int Points = 200;

    /// <summary>The scores themselves where they are few, else their evenly spaced quantiles; sorted.</summary>
    public static double[] Summary(double[] scores)
    {
        Array.Sort(scores);
        return scores.Length <= Points ? scores : [.. Enumerable.Range(0, Points).Select(i => scores[(int)((i + 0.5) * scores.Length / Points)])];
    }

    /// <summary>The ⌈(n + 1)·coverage⌉-th smallest score.</summary>
    public static double Quantile(double[] sorted, double coverage)
    {
        if (sorted.Length == 0)
            return double.PositiveInfinity;
        var rank = (int)Math.Ceiling((sorted.Length + 1) * coverage) - 1;
        return sorted[Math.Clamp(rank, 0, sorted.Length - 1)];
    }
}
