using SparseProf.CostModel.Statistics;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Scaling.Fitting;

/// <summary>
/// Finds the minimum of a law's objective from projected starts. Huber's function with a δ far below the residuals is all
/// kinks, so each start is polished through growing sharpness: squares, then wider δ, then the δ asked for.
/// </summary>
internal sealed class PolishedSearch
{
    // δ that stands for absolute values: a millionth of a percent of the loss.
    private const double SharpestDelta = 1e-9;

    // Starts whose objectives differ by less than this share found the same optimum.
    private const double SameOptimum = 1e-8;

    // Objectives below this are rounding: data without noise.
    private const double ExactFit = 1e-16;

    // From here on a law has optima that a grid of exponents misses.
    private const int ManyParameters = 8;

    private readonly FitProblem _problem;
    private readonly FitObjective _objective;
    private readonly double[] _coldDeltas;
    private readonly double[] _warmDeltas;
    private readonly bool _exactStages;

    public PolishedSearch(FitProblem problem, Estimator estimator)
    {
        _problem = problem;
        _objective = problem.CreateObjective(estimator);
        _exactStages = estimator.Kind == EstimatorKind.L1;
        (_coldDeltas, _warmDeltas) = estimator.Kind switch
        {
            EstimatorKind.L2 => ([double.PositiveInfinity], [double.PositiveInfinity]),
            EstimatorKind.L1 => (Sharpening(double.PositiveInfinity, 1e-2, SharpestDelta), Sharpening(1e-2, SharpestDelta)),
            _ => (Sharpening(double.PositiveInfinity, 30 * estimator.HuberDelta, estimator.HuberDelta), [3 * estimator.HuberDelta, estimator.HuberDelta]),
        };
    }

    public Span<double> Weights => _objective.Weights;

    /// <summary>The best of <paramref name="count"/> polished starts, with the evidence that it is the best there is.</summary>
    public (double[] X, double Value, Certificate Certificate, IReadOnlyList<double[]> Optima) Search(int count)
    {
        var polished = _problem.Seeds(Weights, count).Select(x => (Value: Polish(x, _coldDeltas), X: x)).OrderBy(start => start.Value).ToList();
        if (_problem.FreeParameters >= ManyParameters)
            Hop(polished);
        var best = polished[0].Value;
        var tolerance = Math.Max(ExactFit, SameOptimum * Math.Abs(best));
        var agreeing = polished.Count(start => start.Value - best <= tolerance);
        var gap = polished.Count > 1 ? polished[1].Value - best : double.NaN;
        var optima = new List<double[]>();
        var last = double.NegativeInfinity;
        foreach (var (value, x) in polished)
        {
            if (value - last > tolerance)
                optima.Add(x);
            last = value;
        }

        return (polished[0].X, best, new Certificate(polished.Count, agreeing, gap), optima);
    }

    /// <summary>The minimum under the present weights, from optima of the whole table and the best projected start.</summary>
    public double[] Refit(IEnumerable<double[]> near)
    {
        double[]? best = null;
        var lowest = double.PositiveInfinity;
        foreach (var start in near)
        {
            var x = (double[])start.Clone();
            _problem.LeaveBounds(x);
            Take(x, Polish(x, _warmDeltas));
        }

        foreach (var x in _problem.Seeds(Weights, 1))
            Take(x, Polish(x, _coldDeltas));
        return best!;

        void Take(double[] x, double value)
        {
            if (!(value < lowest) && best is not null)
                return;
            (best, lowest) = (x, value);
        }
    }

    /// <summary>Basin hopping (Wales and Doye 1997) from the best so far: a coarse grid misses the narrow optima of a long law.</summary>
    private void Hop(List<(double Value, double[] X)> polished)
    {
        const int Hops = 60;
        var random = new SplitMix64(1, _problem.Rows);
        for (var hop = 0; hop < Hops; hop++)
        {
            var x = (double[])polished[0].X.Clone();
            for (var i = 0; i < x.Length; i++)
                x[i] += random.NextNormal() * 0.5 * Math.Clamp(Math.Abs(x[i]), 0.2, 4);
            var value = Polish(x, _coldDeltas);
            if (!double.IsFinite(value))
                continue;
            polished.Add((value, x));
            polished.Sort((left, right) => left.Value.CompareTo(right.Value));
        }
    }

    private double Polish(double[] x, double[] deltas)
    {
        var value = 0.0;
        for (var stage = 0; stage < deltas.Length; stage++)
        {
            var last = stage == deltas.Length - 1;
            _objective.Delta = deltas[stage];
            value = DampedNewton.Minimize(_objective, x, last || _exactStages ? 300 : 30, last || _exactStages ? 1e-16 : 1e-6);
        }

        // A search that slid toward a bound is given one chance to come back.
        var inside = (double[])x.Clone();
        _problem.LeaveBounds(inside);
        if (!inside.AsSpan().SequenceEqual(x))
        {
            var back = DampedNewton.Minimize(_objective, inside, 300, 1e-16);
            if (back < value)
            {
                inside.CopyTo(x, 0);
                value = back;
            }
        }

        return value;
    }

    private static double[] Sharpening(double first, double second, double last) => [first, .. Sharpening(second, last)];

    private static double[] Sharpening(double first, double last)
    {
        var deltas = new List<double>();
        for (var delta = first; delta > last * 1.5; delta /= 3)
            deltas.Add(delta);
        deltas.Add(last);
        return [.. deltas];
    }
}

/// <summary>The evidence that a global optimum was found.</summary>
/// <param name="Starts">Starts that were polished.</param>
/// <param name="Agreeing">Starts that ended within 10⁻⁸ of the best objective.</param>
/// <param name="Gap">Objective of the second-best start less that of the best.</param>
public sealed record Certificate(int Starts, int Agreeing, double Gap);
