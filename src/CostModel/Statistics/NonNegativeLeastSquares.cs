using System.Runtime.CompilerServices;

namespace SparseProf.CostModel.Statistics;

/// <summary>Least squares with coefficients that are not negative (Lawson and Hanson 1974, ch. 23), on the normal equations.</summary>
internal static class NonNegativeLeastSquares
{
    private const int MostUnknowns = 8;

    /// <summary>Minimises xᵀGx − 2hᵀx over x ≥ 0; returns that minimum.</summary>
    /// <param name="gram">G, n × n, positive semidefinite.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Solve(ReadOnlySpan<double> gram, ReadOnlySpan<double> h, Span<double> x)
    {
        var n = h.Length;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(n, MostUnknowns, nameof(h));
        Span<bool> free = stackalloc bool[MostUnknowns];
        Span<double> trial = stackalloc double[MostUnknowns];
        x.Clear();
        for (var round = 0; round < 3 * n; round++)
        {
            var entering = SteepestBound(gram, h, x, free);
            if (entering < 0)
                break;
            free[entering] = true;
            while (SolveFree(gram, h, free, trial[..n]))
            {
                // Walk toward the trial point; whatever reaches zero first goes back to its bound.
                var step = 1.0;
                for (var i = 0; i < n; i++)
                {
                    if (free[i] && trial[i] <= 0)
                        step = Math.Min(step, x[i] / (x[i] - trial[i]));
                }

                for (var i = 0; i < n; i++)
                {
                    if (free[i])
                        x[i] += step * (trial[i] - x[i]);
                }

                if (step >= 1)
                    break;
                for (var i = 0; i < n; i++)
                {
                    if (free[i] && x[i] <= 1e-14 * Math.Abs(h[i]) / gram[(i * n) + i])
                    {
                        x[i] = 0;
                        free[i] = false;
                    }
                }
            }
        }

        return Quadratic(gram, h, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int SteepestBound(ReadOnlySpan<double> gram, ReadOnlySpan<double> h, ReadOnlySpan<double> x, ReadOnlySpan<bool> free)
    {
        var (best, steepest) = (-1, 1e-12);
        for (var i = 0; i < h.Length; i++)
        {
            if (free[i] || gram[(i * h.Length) + i] <= 0)
                continue;
            var slope = h[i];
            for (var k = 0; k < h.Length; k++)
                slope -= gram[(i * h.Length) + k] * x[k];
            slope /= Math.Sqrt(gram[(i * h.Length) + i]);
            if (slope > steepest)
                (best, steepest) = (i, slope);
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool SolveFree(ReadOnlySpan<double> gram, ReadOnlySpan<double> h, ReadOnlySpan<bool> free, Span<double> solution)
    {
        var n = h.Length;
        Span<int> index = stackalloc int[MostUnknowns];
        var count = 0;
        for (var i = 0; i < n; i++)
        {
            if (free[i])
                index[count++] = i;
        }

        Span<double> matrix = stackalloc double[MostUnknowns * MostUnknowns];
        Span<double> right = stackalloc double[MostUnknowns];
        for (var i = 0; i < count; i++)
        {
            right[i] = h[index[i]];
            for (var k = 0; k < count; k++)
                matrix[(i * count) + k] = gram[(index[i] * n) + index[k]] * (i == k ? 1 + 1e-12 : 1);
        }

        if (count == 0 || !SmallMatrix.TryFactor(matrix, count))
            return false;
        SmallMatrix.Solve(matrix, right, count);
        solution.Clear();
        for (var i = 0; i < count; i++)
            solution[index[i]] = right[i];
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Quadratic(ReadOnlySpan<double> gram, ReadOnlySpan<double> h, ReadOnlySpan<double> x)
    {
        var sum = 0.0;
        for (var i = 0; i < h.Length; i++)
        {
            for (var k = 0; k < h.Length; k++)
                sum += x[i] * gram[(i * h.Length) + k] * x[k];
            sum -= 2 * h[i] * x[i];
        }

        return sum;
    }
}
