using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SparseProf.CostModel.Scaling.Fitting;

/// <summary>
/// A sum of terms s·exp(ln coefficient + Σ exponent · feature): the logarithm of the sum and its first two derivatives are
/// those of log-sum-exp, exact and cheap. Variables: ln coefficients first, then exponents.
/// </summary>
internal sealed class AdditiveObjective : FitObjective
{
    private const int MostVariables = 12;
    private const int MostTerms = 6;
    private readonly ObjectiveTerm[] _terms;

    public AdditiveObjective(ObjectiveTerm[] terms, int dimension, double[] losses, double[] logLosses, double delta, bool absolute)
        : base(losses, logLosses, delta, absolute)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, MostVariables);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(terms.Length, MostTerms, nameof(terms));
        _terms = terms;
        Dimension = dimension;
    }

    public override int Dimension { get; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override double Value(ReadOnlySpan<double> x)
    {
        var total = Vector512<double>.Zero;
        for (var row = 0; row < PaddedRows; row += Lanes)
        {
            var sum = Vector512<double>.Zero;
            for (var j = 0; j < _terms.Length; j++)
                sum += Term(_terms[j], j, x, row);
            total += Huber(row, sum, out _, out _);
        }

        return Vector512.Sum(total);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override double Evaluate(ReadOnlySpan<double> x, Span<double> gradient, Span<double> hessian)
    {
        var n = Dimension;
        Span<Vector512<double>> slopes = stackalloc Vector512<double>[MostVariables];
        Span<Vector512<double>> curvatures = stackalloc Vector512<double>[MostVariables * MostVariables];
        Span<Vector512<double>> share = stackalloc Vector512<double>[MostTerms];
        Span<Vector512<double>> jacobian = stackalloc Vector512<double>[MostVariables];
        slopes.Clear();
        curvatures[..(n * n)].Clear();
        var total = Vector512<double>.Zero;
        for (var row = 0; row < PaddedRows; row += Lanes)
        {
            var sum = Vector512<double>.Zero;
            for (var j = 0; j < _terms.Length; j++)
            {
                share[j] = Term(_terms[j], j, x, row);
                sum += share[j];
            }

            total += Huber(row, sum, out var slope, out var outer);
            var inverse = Vector512<double>.One / sum;
            jacobian[_terms.Length..n].Clear();
            for (var j = 0; j < _terms.Length; j++)
            {
                var part = share[j] * inverse;
                jacobian[j] = part;
                var bend = slope * part;
                curvatures[(j * n) + j] -= bend;
                var term = _terms[j];
                for (var k = 0; k < term.Variables.Length; k++)
                {
                    var feature = Vector512.LoadUnsafe(ref term.Features[k][row]);
                    var variable = term.Variables[k];
                    jacobian[variable] += part * feature;
                    var bent = bend * feature;
                    curvatures[(variable * n) + j] -= bent;
                    for (var l = 0; l <= k; l++)
                        curvatures[(variable * n) + term.Variables[l]] -= bent * Vector512.LoadUnsafe(ref term.Features[l][row]);
                }
            }

            for (var k = 0; k < n; k++)
            {
                slopes[k] -= slope * jacobian[k];
                var scaled = outer * jacobian[k];
                for (var l = 0; l <= k; l++)
                    curvatures[(k * n) + l] += scaled * jacobian[l];
            }
        }

        for (var k = 0; k < n; k++)
        {
            gradient[k] = Vector512.Sum(slopes[k]);
            for (var l = 0; l <= k; l++)
                hessian[(k * n) + l] = hessian[(l * n) + k] = Vector512.Sum(curvatures[(k * n) + l]);
        }

        return Vector512.Sum(total);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Term(ObjectiveTerm term, int coefficient, ReadOnlySpan<double> x, int row)
    {
        var logarithm = Vector512.Create(x[coefficient]);
        for (var k = 0; k < term.Variables.Length; k++)
            logarithm += Vector512.Create(x[term.Variables[k]]) * Vector512.LoadUnsafe(ref term.Features[k][row]);
        return Vector512.Exp(logarithm) * Vector512.LoadUnsafe(ref term.Factor[row]);
    }
}

/// <summary>One term over all rows: its factor (1, S or −S) and, per exponent, the feature that it multiplies.</summary>
/// <param name="Variables">Places of the exponents among the variables, rising.</param>
internal sealed record ObjectiveTerm(double[] Factor, int[] Variables, double[][] Features);
