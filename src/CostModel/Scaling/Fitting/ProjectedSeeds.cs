using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SparseProf.CostModel.Statistics;

namespace SparseProf.CostModel.Scaling.Fitting;

/// <summary>
/// Variable projection (Golub and Pereyra 1973): at each point of a grid of exponents the coefficients follow from
/// non-negative least squares on relative residuals; the best points are where a fit starts.
/// </summary>
internal sealed class ProjectedSeeds
{
    private readonly int _terms;
    private readonly int _rows;
    private readonly List<double[]> _exponents = [];
    private readonly List<double[][]> _columns = [];
    private readonly double _smallest;

    public ProjectedSeeds(ObjectiveTerm[] terms, IReadOnlyList<IReadOnlyList<double>> grids, double[] losses)
    {
        _terms = terms.Length;
        _rows = losses.Length;
        _smallest = Math.Log(1e-6 * losses.Max());
        var cache = terms.Select(_ => new Dictionary<string, double[]>()).ToArray();
        var place = new int[grids.Count];
        do
        {
            var exponents = grids.Select((grid, e) => grid[place[e]]).ToArray();
            _exponents.Add(exponents);
            _columns.Add(terms.Select((term, j) =>
            {
                var own = term.Variables.Select(variable => exponents[variable - _terms]).ToArray();
                var key = string.Join(' ', own);
                return cache[j].TryGetValue(key, out var column) ? column : cache[j][key] = Column(term, own, losses);
            }).ToArray());
        }
        while (Advance(place, grids));
    }

    /// <summary>The best <paramref name="count"/> points in the optimiser's variables, best first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public List<double[]> Best(ReadOnlySpan<double> weights, int count)
    {
        Span<double> gram = stackalloc double[_terms * _terms];
        Span<double> right = stackalloc double[_terms];
        Span<double> coefficients = stackalloc double[_terms];
        var weighted = new double[_rows];
        var best = new PriorityQueue<double[], double>(count + 1);
        for (var point = 0; point < _exponents.Count; point++)
        {
            var columns = _columns[point];
            for (var j = 0; j < _terms; j++)
            {
                right[j] = Weigh(columns[j], weights, weighted);
                for (var k = 0; k <= j; k++)
                    gram[(j * _terms) + k] = gram[(k * _terms) + j] = Dot(weighted, columns[k]);
            }

            var sum = NonNegativeLeastSquares.Solve(gram, right, coefficients);
            if (!double.IsFinite(sum) || (best.Count == count && best.TryPeek(out _, out var worst) && -sum <= worst))
                continue;
            var x = new double[_terms + _exponents[point].Length];
            for (var j = 0; j < _terms; j++)
                x[j] = Math.Max(Math.Log(coefficients[j]), _smallest);
            _exponents[point].CopyTo(x, _terms);
            best.Enqueue(x, -sum);
            if (best.Count > count)
                best.Dequeue();
        }

        var found = new List<double[]>(best.Count);
        while (best.Count > 0)
            found.Add(best.Dequeue());
        found.Reverse();
        return found;
    }

    private static double[] Column(ObjectiveTerm term, double[] exponents, double[] losses)
    {
        var column = new double[losses.Length];
        for (var row = 0; row < losses.Length; row++)
        {
            var logarithm = 0.0;
            for (var k = 0; k < exponents.Length; k++)
                logarithm += exponents[k] * term.Features[k][row];
            column[row] = term.Factor[row] * Math.Exp(logarithm) / losses[row];
        }

        return column;
    }

    /// <summary>Writes weights times column; returns the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Weigh(double[] column, ReadOnlySpan<double> weights, double[] weighted)
    {
        var sum = Vector256<double>.Zero;
        for (var row = 0; row < column.Length; row += Vector256<double>.Count)
        {
            var product = Vector256.LoadUnsafe(ref column[row]) * Vector256.LoadUnsafe(in weights[row]);
            product.StoreUnsafe(ref weighted[row]);
            sum += product;
        }

        return Vector256.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Dot(double[] left, double[] right)
    {
        var sum = Vector256<double>.Zero;
        for (var row = 0; row < left.Length; row += Vector256<double>.Count)
            sum += Vector256.LoadUnsafe(ref left[row]) * Vector256.LoadUnsafe(ref right[row]);
        return Vector256.Sum(sum);
    }

    private static bool Advance(int[] place, IReadOnlyList<IReadOnlyList<double>> grids)
    {
        for (var e = 0; e < place.Length; e++)
        {
            if (++place[e] < grids[e].Count)
                return true;
            place[e] = 0;
        }

        return false;
    }
}
