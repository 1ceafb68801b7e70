using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SparseProf.CostModel.Scaling.Fitting;

/// <summary>
/// Clark's law in natural logarithms: ln L̂ = d + aν + bη + cνη with ν = ln N over its mean and
/// η = ln Ê = −ln(1/(E − 1 + e^τ) + e^v). Variables: a, b, c, d, τ, v.
/// </summary>
internal sealed class ClarkObjective(double[] logParameters, double[] extraExperts, double[] losses, double[] logLosses, double delta, bool absolute)
    : FitObjective(losses, logLosses, delta, absolute)
{
    private const int Variables = 6;

    public override int Dimension => Variables;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override double Evaluate(ReadOnlySpan<double> x, Span<double> gradient, Span<double> hessian)
    {
        Span<Vector256<double>> slopes = stackalloc Vector256<double>[Variables];
        Span<Vector256<double>> curvatures = stackalloc Vector256<double>[Variables * Variables];
        Span<Vector256<double>> first = stackalloc Vector256<double>[Variables];
        slopes.Clear();
        curvatures.Clear();
        var total = Vector256<double>.Zero;
        for (var row = 0; row < PaddedRows; row += Lanes)
        {
            total += Huber(row, Vector256.Exp(LogLoss(x, row, out var saturation)), out var slope, out var outer);
            var n = Vector256.LoadUnsafe(ref logParameters[row]);
            var rate = Vector256.Create(x[1]) + (Vector256.Create(x[2]) * n);
            first[0] = n;
            first[1] = saturation.Value;
            first[2] = n * saturation.Value;
            first[3] = Vector256<double>.One;
            first[4] = rate * saturation.ByStart;
            first[5] = rate * saturation.ByMax;
            for (var k = 0; k < Variables; k++)
            {
                slopes[k] -= slope * first[k];

                // The common part assumes second derivatives of L̂ over L̂; those of ln L̂ stand below, so add its outer product back.
                var scaled = (outer - slope) * first[k];
                for (var l = 0; l <= k; l++)
                    curvatures[(k * Variables) + l] += scaled * first[l];
            }

            curvatures[(4 * Variables) + 1] -= slope * saturation.ByStart;
            curvatures[(5 * Variables) + 1] -= slope * saturation.ByMax;
            curvatures[(4 * Variables) + 2] -= slope * n * saturation.ByStart;
            curvatures[(5 * Variables) + 2] -= slope * n * saturation.ByMax;
            curvatures[(4 * Variables) + 4] -= slope * rate * saturation.ByStartTwice;
            curvatures[(5 * Variables) + 4] -= slope * rate * saturation.ByBoth;
            curvatures[(5 * Variables) + 5] -= slope * rate * saturation.ByMaxTwice;
        }

        for (var k = 0; k < Variables; k++)
        {
            gradient[k] = Vector256.Sum(slopes[k]);
            for (var l = 0; l <= k; l++)
                hessian[(k * Variables) + l] = hessian[(l * Variables) + k] = Vector256.Sum(curvatures[(k * Variables) + l]);
        }

        return Vector256.Sum(total);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<double> LogLoss(ReadOnlySpan<double> x, int row, out Saturation saturation)
    {
        var n = Vector256.LoadUnsafe(ref logParameters[row]);
        saturation = Saturate(Vector256.LoadUnsafe(ref extraExperts[row]), Math.Exp(x[4]), Math.Exp(x[5]));
        return Vector256.Create(x[3]) + (Vector256.Create(x[0]) * n) + ((Vector256.Create(x[1]) + (Vector256.Create(x[2]) * n)) * saturation.Value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Saturation Saturate(Vector256<double> extra, double start, double max)
    {
        // w = u + m, u = 1/(E − 1 + t): η = −ln w, ∂η/∂t = u²/w, ∂η/∂m = −1/w; τ and v are the logarithms of t and m.
        var (t, m) = (Vector256.Create(start), Vector256.Create(max));
        var u = Vector256<double>.One / (extra + t);
        var w = u + m;
        var byStart = t * u * u / w;
        var byMax = -m / w;
        return new Saturation(
            -Vector256.Log(w),
            byStart,
            byMax,
            byStart + (byStart * byStart) - (2 * byStart * t * u),
            byMax + (byMax * byMax),
            byStart * byMax);
    }

    private readonly record struct Saturation(
        Vector256<double> Value,
        Vector256<double> ByStart,
        Vector256<double> ByMax,
        Vector256<double> ByStartTwice,
        Vector256<double> ByMaxTwice,
        Vector256<double> ByBoth);
}
