using System.Runtime.CompilerServices;

namespace SparseProf.CostModel.Statistics;

/// <summary>Symmetric systems of a dozen unknowns at most: dense, row-major, no allocation.</summary>
internal static class SmallMatrix
{
    /// <summary>Cholesky factor in place of the lower triangle; false where the matrix is not positive definite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryFactor(Span<double> matrix, int n)
    {
        for (var j = 0; j < n; j++)
        {
            var diagonal = matrix[(j * n) + j];
            for (var k = 0; k < j; k++)
                diagonal -= matrix[(j * n) + k] * matrix[(j * n) + k];
            if (!(diagonal > 0))
                return false;
            diagonal = Math.Sqrt(diagonal);
            matrix[(j * n) + j] = diagonal;
            for (var i = j + 1; i < n; i++)
            {
                var sum = matrix[(i * n) + j];
                for (var k = 0; k < j; k++)
                    sum -= matrix[(i * n) + k] * matrix[(j * n) + k];
                matrix[(i * n) + j] = sum / diagonal;
            }
        }

        return true;
    }

    /// <summary>Solves L Lᵀ x = b in place of b, with the factor of <see cref="TryFactor"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Solve(ReadOnlySpan<double> factor, Span<double> b, int n)
    {
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < i; k++)
                b[i] -= factor[(i * n) + k] * b[k];
            b[i] /= factor[(i * n) + i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++)
                b[i] -= factor[(k * n) + i] * b[k];
            b[i] /= factor[(i * n) + i];
        }
    }
}
