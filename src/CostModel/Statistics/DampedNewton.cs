using System.Runtime.CompilerServices;

namespace SparseProf.CostModel.Statistics;

/// <summary>A smooth function of a dozen variables at most, with exact derivatives.</summary>
internal interface ISmoothFunction
{
    int Dimension { get; }

    /// <summary>The value, with gradient and Hessian (row-major, both triangles) written; NaN or infinity where undefined.</summary>
    double Evaluate(ReadOnlySpan<double> x, Span<double> gradient, Span<double> hessian);
}

/// <summary>
/// Newton's method, damped as by Levenberg and Marquardt so that every accepted step descends. Compiled at once: a
/// process that fits once would spend most of its life in unoptimised code otherwise.
/// </summary>
internal static class DampedNewton
{
    private const int MostVariables = 16;
    private const double MostDamping = 1e12;
    private const double LeastDamping = 1e-12;

    /// <summary>Minimises from <paramref name="x"/>, in place; returns the value there.</summary>
    /// <param name="tolerance">Stops when the decrease that the quadratic model promises is below this share of the value.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Minimize(ISmoothFunction function, Span<double> x, int iterations, double tolerance)
    {
        var n = function.Dimension;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(n, MostVariables, nameof(function));
        Span<double> workspace = stackalloc double[(4 * MostVariables) + (3 * MostVariables * MostVariables)];
        var step = Take(ref workspace, n);
        var next = Take(ref workspace, n);
        var gradient = Take(ref workspace, n);
        var nextGradient = Take(ref workspace, n);
        var hessian = Take(ref workspace, n * n);
        var nextHessian = Take(ref workspace, n * n);
        var factor = Take(ref workspace, n * n);

        var value = function.Evaluate(x, gradient, hessian);
        var damping = 1e-3;
        for (var iteration = 0; iteration < iterations && double.IsFinite(value); iteration++)
        {
            if (!TryDirection(gradient, hessian, factor, step, ref damping))
                return value;
            var predicted = PredictedDecrease(gradient, hessian, step);
            if (predicted <= tolerance * Math.Abs(value))
                return value;
            for (var i = 0; i < n; i++)
                next[i] = x[i] + step[i];
            var trial = function.Evaluate(next, nextGradient, nextHessian);
            var gain = (value - trial) / predicted;
            if (gain > 1e-4)
            {
                next.CopyTo(x);
                nextGradient.CopyTo(gradient);
                nextHessian.CopyTo(hessian);
                value = trial;
                damping = gain switch { > 0.75 => Math.Max(damping / 8, LeastDamping), < 0.25 => damping * 2, _ => damping };
            }
            else
            {
                damping = Math.Max(damping * 6, 1e-6);
            }
        }

        return value;
    }

    /// <summary>The Newton step, with as much damping as makes it go down.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryDirection(ReadOnlySpan<double> gradient, ReadOnlySpan<double> hessian, Span<double> factor, Span<double> step, ref double damping)
    {
        var n = gradient.Length;
        var scale = 1e-300;
        for (var i = 0; i < n; i++)
            scale = Math.Max(scale, Math.Abs(hessian[(i * n) + i]));
        for (; damping <= MostDamping; damping = Math.Max(damping, 1e-8) * 8)
        {
            hessian.CopyTo(factor);
            for (var i = 0; i < n; i++)
                factor[(i * n) + i] += damping * Math.Max(Math.Abs(hessian[(i * n) + i]), 1e-9 * scale);
            if (!SmallMatrix.TryFactor(factor, n))
                continue;
            for (var i = 0; i < n; i++)
                step[i] = -gradient[i];
            SmallMatrix.Solve(factor, step, n);
            return true;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    private static Span<double> Take(ref Span<double> workspace, int count)
    {
        var taken = workspace[..count];
        workspace = workspace[count..];
        return taken;
    }
}
