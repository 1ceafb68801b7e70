using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Fitting;

namespace SparseProf.CostModel.Scaling.Laws;

/// <summary>A sum of terms, each a coefficient times powers of N, D and 1 − S: linear once the exponents are given.</summary>
public abstract class AdditiveLaw : ScalingLaw
{
    private readonly Lazy<string[]> _names;

    protected AdditiveLaw() => _names = new(() =>
        [.. Terms.Select(term => term.Coefficient), .. Terms.SelectMany(term => term.Powers).Select(power => power.Exponent).Distinct()]);

    public abstract IReadOnlyList<LawTerm> Terms { get; }

    /// <summary>Coefficients, then exponents.</summary>
    public sealed override IReadOnlyList<string> ParameterNames => _names.Value;

    public sealed override bool HasTokens => Terms.Any(term => term.Powers.Any(power => power.Of == Variable.Tokens));

    public sealed override bool HasSparsity => Terms.Any(term => term.TimesSparsity || term.Powers.Any(power => power.Of == Variable.Density));

    /// <summary>Values worth trying for an exponent before the search is polished.</summary>
    internal virtual IReadOnlyList<double> Grid(string exponent) => [0.1, 0.2, 0.35, 0.55, 0.9, 1.5];

    public sealed override double Loss(IReadOnlyList<double> parameters, double n, double d, double s)
    {
        var loss = 0.0;
        for (var j = 0; j < Terms.Count; j++)
        {
            if (parameters[j] is not (0 or double.NaN))
                loss += parameters[j] * Terms[j].Shape(Exponent, n, d, s);
        }

        return loss;

        double Exponent(string name) => parameters[IndexOf(name)] is var value && double.IsNaN(value) ? 0 : value;
    }

    internal sealed override FitProblem Prepare(LossTable table) => AdditiveProblem.Create(this, table);
}
