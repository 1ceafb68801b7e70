using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Laws;
using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Scaling.Fitting;

/// <summary>Fits one law to one table.</summary>
public sealed class ScalingFitter
{
    private readonly IReadOnlyList<FitProblem> _candidates;
    private readonly Estimator _estimator;
    private FitProblem _chosen;
    private IReadOnlyList<double[]> _optima = [];

    /// <param name="negativeSparsityTerm">Whether b may be negative; then f(S) may fall below zero as S → 1.</param>
    /// <exception cref="UserErrorException">Fewer rows than parameters.</exception>
    public ScalingFitter(ScalingLaw law, LossTable table, Estimator estimator, bool negativeSparsityTerm = false)
    {
        _estimator = estimator;
        var problem = law.Prepare(table);
        if (problem.Rows < problem.FreeParameters)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"{problem.Rows} rows cannot tell the {problem.FreeParameters} parameters of the law '{law.Name}'")
            {
                Allowed = $"at least {problem.FreeParameters} rows; {3 * problem.FreeParameters} or more for useful intervals",
                Next = "add runs, or take a law with fewer parameters (chinchilla has 5, paper 6)",
            };
        }

        _chosen = problem;
        _candidates = negativeSparsityTerm && problem is AdditiveProblem { HasSparsityTerm: true } additive
            ? [problem, additive.WithNegativeSparsityTerm()]
            : [problem];
    }

    /// <summary>Starts polished by default: enough that agreement means something, few enough for milliseconds.</summary>
    public int Starts { get; init; } = 6;

    public ScalingFit Fit()
    {
        (double[] X, double Value, Certificate Certificate, IReadOnlyList<double[]> Optima)? best = null;
        foreach (var problem in _candidates)
        {
            var found = new PolishedSearch(problem, _estimator).Search(Starts);
            if (best is { } other && other.Value <= found.Value)
                continue;
            best = found;
            _chosen = problem;
        }

        _optima = best!.Value.Optima;
        return Describe(best.Value.X, best.Value.Certificate);
    }

    /// <summary>Fits other rows of the same table, a resample or a fold, from where the whole table's fit ended.</summary>
    internal Refitter CreateRefitter() => new(_chosen, _estimator, _optima.Take(2).ToList());

    private ScalingFit Describe(double[] x, Certificate certificate) =>
        new(_chosen.Law, _chosen.Table, _estimator, _chosen.ToRaw(x), certificate, _chosen.Unidentified);
}

/// <summary>Repeats a fit under other weights of the rows. One instance serves one thread.</summary>
internal sealed class Refitter(FitProblem problem, Estimator estimator, IReadOnlyList<double[]> optima)
{
    private readonly PolishedSearch _search = new(problem, estimator);

    /// <summary>How often each row counts.</summary>
    public Span<double> Weights => _search.Weights[..problem.Rows];

    /// <summary>Parameters in raw units under the present weights.</summary>
    public double[] Fit() => problem.ToRaw(_search.Refit(optima));
}
