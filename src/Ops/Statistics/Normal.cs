namespace SparseProf.Ops.Statistics;

/// <summary>The standard normal distribution.</summary>
public static class Normal
{
    /// <summary>P(|Z| &gt; z) = erfc(z / √2) for z ≥ 0, with a relative error below 1.2e-7 (Press et al., Numerical Recipes in C, eq. 6.2.6).</summary>
    public static double TwoSidedTail(double z)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(z);
        var x = z / Math.Sqrt(2);
        var t = 1 / (1 + x / 2);
        var polynomial = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806
            + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
        return t * Math.Exp(-x * x + polynomial);
    }
}
