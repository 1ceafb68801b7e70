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

    // Pointers into stack memory: the innermost loops of every fit, where span checks are a third of the time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override unsafe double Evaluate(ReadOnlySpan<double> x, Span<double> gradient, Span<double> hessian)
    {
        var (n, terms) = (Dimension, _terms);
        var slopes = stackalloc Vector256<double>[MostVariables];
        var curvatures = stackalloc Vector256<double>[MostVariables * MostVariables];
        var share = stackalloc Vector256<double>[MostTerms];
        var jacobian = stackalloc Vector256<double>[MostVariables];
        new Span<Vector256<double>>(slopes, n).Clear();
        new Span<Vector256<double>>(curvatures, n * n).Clear();
        var total = Vector256<double>.Zero;
        for (var row = 0; row < PaddedRows; row += Lanes)
        {
            var sum = Vector256<double>.Zero;
            for (var j = 0; j < terms.Length; j++)
            {
                share[j] = Term(terms[j], j, x, row);
                sum += share[j];
            }

            total += Huber(row, sum, out var slope, out var outer);
            var inverse = Vector256<double>.One / sum;
            for (var k = terms.Length; k < n; k++)
                jacobian[k] = Vector256<double>.Zero;
            for (var j = 0; j < terms.Length; j++)
            {
                var part = share[j] * inverse;
                jacobian[j] = part;
                var bend = slope * part;
                curvatures[(j * n) + j] -= bend;
                var (variables, features) = (terms[j].Variables, terms[j].Features);
                for (var k = 0; k < variables.Length; k++)
                {
                    var feature = Vector256.LoadUnsafe(ref features[k][row]);
                    var variable = variables[k];
                    jacobian[variable] += part * feature;
                    var bent = bend * feature;
                    curvatures[(variable * n) + j] -= bent;
                    for (var l = 0; l <= k; l++)
                        curvatures[(variable * n) + variables[l]] -= bent * Vector256.LoadUnsafe(ref features[l][row]);
                }
            }

            for (var k = 0; k < n; k++)
            {
                slopes[k] -= slope * jacobian[k];
                var scaled = outer * jacobian[k];
                var line = curvatures + (k * n);
                for (var l = 0; l <= k; l++)
                    line[l] += scaled * jacobian[l];
            }
        }

        for (var k = 0; k < n; k++)
        {
            gradient[k] = Vector256.Sum(slopes[k]);
            for (var l = 0; l <= k; l++)
                hessian[(k * n) + l] = hessian[(l * n) + k] = Vector256.Sum(curvatures[(k * n) + l]);
        }

        return Vector256.Sum(total);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Term(ObjectiveTerm term, int coefficient, ReadOnlySpan<double> x, int row)
    {
        if (term.Variables.Length == 0)
            return Vector256.Create(Math.Exp(x[coefficient])) * Vector256.LoadUnsafe(ref term.Factor[row]);
        var logarithm = Vector256.Create(x[coefficient]);
        for (var k = 0; k < term.Variables.Length; k++)
            logarithm += Vector256.Create(x[term.Variables[k]]) * Vector256.LoadUnsafe(ref term.Features[k][row]);
        return Vector256.Exp(logarithm) * Vector256.LoadUnsafe(ref term.Factor[row]);
    }
}

/// <summary>One term over all rows: its factor (1, S or −S) and, per exponent, the feature that it multiplies.</summary>
/// <param name="Variables">Places of the exponents among the variables, rising.</param>
internal sealed record ObjectiveTerm(double[] Factor, int[] Variables, double[][] Features);
