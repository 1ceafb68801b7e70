using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Laws;
using SparseProf.CostModel.Statistics;
using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Scaling.Advice;

/// <summary>Where the best sparsity lies on the measured curve.</summary>
public enum OptimumKind
{
    /// <summary>Between the ends: an optimum.</summary>
    Interior,

    /// <summary>At S = 0: no measured sparsity pays.</summary>
    DenseEndpoint,

    /// <summary>At the largest measured sparsity: the optimum, if there is one, lies beyond what was measured.</summary>
    SparsestEndpoint,
}

/// <summary>The constraints of a question for the best sparsity.</summary>
/// <param name="Compute">C in 6·N·D·h(S) = C, FLOP of dense work.</param>
/// <param name="MemoryBytes">What the stored parameters may take; null without a limit.</param>
public sealed record SparsityQuestion(double Compute, double? MemoryBytes = null, double BytesPerParameter = 2, long Seed = 0);

/// <summary>One sparsity of the curve with the best that can be had there.</summary>
/// <param name="Cost">h, per stored parameter and token.</param>
/// <param name="Score">f(S)·g(S)^α relative to dense, g the cost per fitted parameter; NaN where N and S do not separate.</param>
public sealed record SparsityPoint(double Sparsity, double Cost, double Score, AllocationPoint Best, bool MemoryBinds);

/// <summary>
/// S* = argmin f(S)·g(S)^α (with 6·N·D·g(S) = C the least loss over N and D falls with exactly this product), or under a
/// memory limit the argmin of the loss itself. g is h for an N of stored parameters; where the law counts active
/// parameters, N stored = N/(1−S), so g = h/(1−S).
/// </summary>
public sealed record SparsityAdvice(
    SavedFit Fit,
    SparsityQuestion Question,
    OptimumKind Kind,
    SparsityPoint Best,
    SparsityPoint Dense,
    IReadOnlyList<SparsityPoint> Curve,
    (double Low, double High)? CostInterval,
    (double Low, double High)? SparsityInterval,
    (double Low, double High)? ParametersInterval,
    (double Low, double High)? TokensInterval,
    (double Low, double High)? LossInterval,
    double? InteriorShare,
    double? PaysShare)
{
    private const int Grid = 400;
    private const int MostSlowDraws = 200;

    public static SparsityAdvice Find(SavedFit fit, CostCurve curve, SparsityQuestion question)
    {
        if (!fit.Law.HasSparsity)
            throw new UserErrorException(ErrorKind.WrongUsage, $"the law '{fit.Law.Name}' does not depend on sparsity") { Next = "fit 'paper', 'kappa' or 'frantar' to runs with several sparsities" };
        var solver = new Solver(fit, question);
        var best = solver.Minimize(fit.Parameters, curve);
        var draws = fit.Draws.Take(solver.Separates ? int.MaxValue : MostSlowDraws).ToList();
        if (draws.Count == 0 && curve.HasIntervals)
            draws = [.. Enumerable.Repeat(fit.Parameters.ToArray(), 1000)];
        var drawn = new SparsityPoint[draws.Count];
        var dense = new double[draws.Count];
        Parallel.For(0, draws.Count, i =>
        {
            var cost = curve.Draw(question.Seed, i);
            drawn[i] = solver.Minimize(draws[i], cost);
            dense[i] = solver.At(draws[i], cost, 0).Best.Loss;
        });
        return new SparsityAdvice(
            fit,
            question,
            KindOf(best, curve),
            best,
            solver.At(fit.Parameters, curve, 0),
            [.. Points(curve).Select(s => solver.At(fit.Parameters, curve, s))],
            curve.IntervalAt(best.Sparsity),
            Interval(drawn, point => point.Sparsity),
            Interval(drawn, point => point.Best.Parameters),
            Interval(drawn, point => point.Best.Tokens),
            Interval(drawn, point => point.Best.Loss),
            draws.Count == 0 ? null : drawn.Count(point => KindOf(point, curve) == OptimumKind.Interior) / (double)draws.Count,
            draws.Count == 0 ? null : drawn.Count(point => point.Sparsity > 0) / (double)draws.Count);
    }

    private static OptimumKind KindOf(SparsityPoint best, CostCurve curve) =>
        best.Sparsity <= 1e-4 ? OptimumKind.DenseEndpoint
        : best.Sparsity >= curve.Largest - 1e-4 ? OptimumKind.SparsestEndpoint
        : OptimumKind.Interior;

    private static (double Low, double High)? Interval(SparsityPoint[] drawn, Func<SparsityPoint, double> of) =>
        drawn.Length == 0 ? null : Quantile.Interval(drawn.Select(of));

    /// <summary>The measured sparsities and an even grid between: a linear h can only turn at a measured one.</summary>
    private static IEnumerable<double> Points(CostCurve curve) =>
        curve.Sparsity.Concat(Enumerable.Range(0, Grid + 1).Select(i => curve.Largest * i / Grid)).Distinct().Order();

    private sealed class Solver(SavedFit fit, SparsityQuestion question)
    {
        private readonly AdditiveLaw? _separable = fit.Law is AdditiveLaw additive && additive.SparsityFactor(fit.Parameters, 0) is not null ? additive : null;

        public bool Separates => _separable is not null;

        public SparsityPoint At(IReadOnlyList<double> parameters, CostCurve curve, double s)
        {
            var largest = question.MemoryBytes is { } bytes ? bytes / question.BytesPerParameter * Stored(s) : double.PositiveInfinity;
            var best = Allocation.Optimal(fit.Law, parameters, question.Compute, s, RelativeCost(curve, s), largest);
            return new SparsityPoint(s, curve.At(s), Score(parameters, curve, s) / Score(parameters, curve, 0), best, best.Parameters >= largest);
        }

        public SparsityPoint Minimize(IReadOnlyList<double> parameters, CostCurve curve)
        {
            var byScore = Separates && question.MemoryBytes is null;
            double Value(double s) => byScore ? Score(parameters, curve, s) : At(parameters, curve, s).Best.Loss;
            var points = Points(curve).ToArray();
            var values = points.Select(Value).ToArray();
            var least = Array.IndexOf(values, values.Min());
            if (least < 0)
                return At(parameters, curve, 0);
            var (low, high) = (points[Math.Max(least - 1, 0)], points[Math.Min(least + 1, points.Length - 1)]);
            var refined = Golden(Value, low, high);
            return At(parameters, curve, Value(refined) < values[least] ? refined : points[least]);
        }

        private double Score(IReadOnlyList<double> parameters, CostCurve curve, double s) =>
            _separable is null ? double.NaN : _separable.SparsityFactor(parameters, s)!.Value * Math.Pow(RelativeCost(curve, s), parameters[fit.Law.IndexOf("alpha")]);

        /// <summary>Cost of one parameter that the law counts.</summary>
        private double RelativeCost(CostCurve curve, double s) => curve.At(s) / Stored(s);

        /// <summary>Counted parameters a stored one.</summary>
        private double Stored(double s) => fit.Convention == ParameterConvention.Active ? 1 - s : 1;

        private static double Golden(Func<double, double> value, double low, double high)
        {
            var ratio = (Math.Sqrt(5) - 1) / 2;
            for (var i = 0; i < 30; i++)
            {
                var (left, right) = (high - (ratio * (high - low)), low + (ratio * (high - low)));
                if (value(left) < value(right))
                    high = right;
                else
                    low = left;
            }

            return (low + high) / 2;
        }
    }
}
