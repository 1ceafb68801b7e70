namespace SparseProf.Ops.Statistics;

/// <summary>Student's t distribution.</summary>
public static class StudentT
{
    private const int MostTerms = 300;
    private const double Precision = 1e-15;

    /// <summary>P(|T| &gt; t) = I_x(ν/2, 1/2) with x = ν/(ν + t²) (Abramowitz and Stegun, eq. 26.7.1).</summary>
    public static double TwoSidedTail(double t, int degreesOfFreedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degreesOfFreedom, 1);
        return double.IsInfinity(t) ? 0 : IncompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2.0, 0.5);
    }

    /// <summary>The t that |T| exceeds with this probability.</summary>
    public static double TwoSidedQuantile(double tail, int degreesOfFreedom)
    {
        if (tail is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(tail), "a probability between 0 and 1");
        var (low, high) = (0.0, 1.0);
        while (TwoSidedTail(high, degreesOfFreedom) > tail)
            high *= 2;
        for (var i = 0; i < 100; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = TwoSidedTail(middle, degreesOfFreedom) > tail ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    // The continued fraction converges fast on this side of the mean; the other side is its complement.
    private static double IncompleteBeta(double x, double a, double b)
    {
        if (x is 0 or 1)
            return x;
        var factor = Math.Exp(a * Math.Log(x) + b * Math.Log(1 - x) - LogBeta(a, b));
        return x < (a + 1) / (a + b + 2) ? factor * Fraction(x, a, b) / a : 1 - factor * Fraction(1 - x, b, a) / b;
    }

    // Lentz's method on Abramowitz and Stegun, eq. 26.5.8.
    private static double Fraction(double x, double a, double b)
    {
        var (c, d) = (1.0, 1 / Safe(1 - (a + b) * x / (a + 1)));
        var fraction = d;
        for (var m = 1; m <= MostTerms; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / Safe(1 + even * d);
            c = Safe(1 + even / c);
            fraction *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / Safe(1 + odd * d);
            c = Safe(1 + odd / c);
            fraction *= d * c;
            if (Math.Abs(d * c - 1) < Precision)
                break;
        }

        return fraction;

        static double Safe(double value) => Math.Abs(value) < 1e-300 ? 1e-300 : value;
    }

    private static double LogBeta(double a, double b) => LogGamma(a) + LogGamma(b) - LogGamma(a + b);

    // Stirling's series, after moving the argument up to where it is exact.
    private static double LogGamma(double x)
    {
        var shift = 0.0;
        for (; x < 12; x++)
            shift -= Math.Log(x);
        var inverse = 1 / (x * x);
        return shift + (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI)
            + (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1260 - inverse * (1.0 / 1680 - inverse / 1188)))) / x;
    }
}
