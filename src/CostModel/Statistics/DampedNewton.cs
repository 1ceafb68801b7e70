namespace SparseProf.CostModel.Statistics;

/// <summary>A smooth function of a dozen variables at most, with exact derivatives.</summary>
internal interface ISmoothFunction
{
    int Dimension { get; }

    /// <summary>The value, with gradient and Hessian (row-major, both triangles) written; NaN or infinity where undefined.</summary>
    double Evaluate(ReadOnlySpan<double> x, Span<double> gradient, Span<double> hessian);

    /// <summary>The value alone.</summary>
    double Value(ReadOnlySpan<double> x);
}

/// <summary>Newton's method, damped as by Levenberg and Marquardt so that every accepted step descends.</summary>
internal static class DampedNewton
{
    private const int MostVariables = 16;

    // The objective is a sum of some hundred terms: below this share of it a decrease is rounding.
    private const double Rounding = 1e-15;

    /// <summary>Minimises from <paramref name="x"/>, in place; returns the value there.</summary>
    public static double Minimize(ISmoothFunction function, Span<double> x, int iterations = 200, double tolerance = Rounding)
    {
        var n = function.Dimension;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(n, MostVariables, nameof(function));
        Span<double> gradient = stackalloc double[MostVariables];
        Span<double> hessian = stackalloc double[MostVariables * MostVariables];
        Span<double> factor = stackalloc double[MostVariables * MostVariables];
        Span<double> step = stackalloc double[MostVariables];
        Span<double> next = stackalloc double[MostVariables];
        gradient = gradient[..n];
        hessian = hessian[..(n * n)];
        step = step[..n];
        next = next[..n];

        var value = function.Evaluate(x, gradient, hessian);
        var damping = 1e-3;
        for (var iteration = 0; iteration < iterations && double.IsFinite(value); iteration++)
        {
            var scale = 1e-300;
            for (var i = 0; i < n; i++)
                scale = Math.Max(scale, Math.Abs(hessian[(i * n) + i]));
            double predicted;
            while (true)
            {
                if (damping > 1e12)
                    return value;
                hessian.CopyTo(factor);
                for (var i = 0; i < n; i++)
                    factor[(i * n) + i] += damping * Math.Max(Math.Abs(hessian[(i * n) + i]), 1e-9 * scale);
                if (!SmallMatrix.TryFactor(factor[..(n * n)], n))
                {
                    damping = Math.Max(damping * 8, 1e-6);
                    continue;
                }

                for (var i = 0; i < n; i++)
                    step[i] = -gradient[i];
                SmallMatrix.Solve(factor, step, n);
                predicted = PredictedDecrease(gradient, hessian, step);
                if (predicted <= tolerance * Math.Abs(value))
                    return value;
                for (var i = 0; i < n; i++)
                    next[i] = x[i] + step[i];
                var trial = function.Value(next);
                var gain = (value - trial) / predicted;
                if (gain > 1e-4)
                {
                    damping = gain switch { > 0.75 => Math.Max(damping / 8, 1e-12), < 0.25 => damping * 2, _ => damping };
                    break;
                }

                damping = Math.Max(damping * 6, 1e-6);
            }

            next.CopyTo(x);
            value = function.Evaluate(x, gradient, hessian);
        }

        return value;
    }

    private static double PredictedDecrease(ReadOnlySpan<double> gradient, ReadOnlySpan<double> hessian, ReadOnlySpan<double> step)
    {
        var n = step.Length;
        var decrease = 0.0;
        for (var i = 0; i < n; i++)
        {
            var curvature = 0.0;
            for (var k = 0; k < n; k++)
                curvature += hessian[(i * n) + k] * step[k];
            decrease -= step[i] * (gradient[i] + (0.5 * curvature));
        }

        return decrease;
    }
}
