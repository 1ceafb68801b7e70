using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Fitting;

namespace SparseProf.CostModel.Scaling.Laws;

/// <summary>A sum of terms, each a coefficient times powers of N, D and 1 − S: linear once the exponents are given.</summary>
public abstract class AdditiveLaw : ScalingLaw
{
    private readonly Lazy<string[]> _names;
    private readonly Lazy<int[][]> _places;

    protected AdditiveLaw()
    {
        _names = new(() => [.. Terms.Select(term => term.Coefficient), .. Terms.SelectMany(term => term.Powers).Select(power => power.Exponent).Distinct()]);
        _places = new(() => [.. Terms.Select(term => term.Powers.Select(power => IndexOf(power.Exponent)).ToArray())]);
    }

    public abstract IReadOnlyList<LawTerm> Terms { get; }

    /// <summary>Coefficients, then exponents.</summary>
    public sealed override IReadOnlyList<string> ParameterNames => _names.Value;

    public sealed override bool HasTokens => Terms.Any(term => term.Powers.Any(power => power.Of == Variable.Tokens));

    public sealed override bool HasSparsity => Terms.Any(term => term.TimesSparsity || term.Powers.Any(power => power.Of == Variable.Density));

    /// <summary>Values worth trying for an exponent before the search is polished.</summary>
    internal virtual IReadOnlyList<double> Grid(string exponent) => [0.1, 0.2, 0.35, 0.55, 0.9, 1.5];

    /// <summary>f(S) of a law L* + f(S)/N^α + …; null where N and S do not separate.</summary>
    public virtual double? SparsityFactor(IReadOnlyList<double> parameters, double s) => null;

    public sealed override double Loss(IReadOnlyList<double> parameters, double n, double d, double s)
    {
        var (logN, logD, logDensity) = (Math.Log(n), Math.Log(d), Math.Log(1 - s));
        var loss = 0.0;
        for (var j = 0; j < Terms.Count; j++)
        {
            var coefficient = parameters[j];
            if (coefficient == 0 || double.IsNaN(coefficient))
                continue;
            var logarithm = 0.0;
            var powers = Terms[j].Powers;
            for (var k = 0; k < powers.Length; k++)
            {
                var exponent = parameters[_places.Value[j][k]];
                if (!double.IsNaN(exponent))
                    logarithm += powers[k].Sign * exponent * (powers[k].Of switch { Variable.Parameters => logN, Variable.Tokens => logD, _ => logDensity });
            }

            loss += coefficient * (Terms[j].TimesSparsity ? s : 1) * Math.Exp(logarithm);
        }

        return loss;
    }

    public sealed override double[] AtCenter(IReadOnlyList<double> parameters, double n, double d)
    {
        var centered = parameters.ToArray();
        for (var j = 0; j < Terms.Count; j++)
        {
            foreach (var power in Terms[j].Powers.Where(power => power.Of != Variable.Density && !double.IsNaN(parameters[IndexOf(power.Exponent)])))
                centered[j] *= Math.Pow(power.Of == Variable.Parameters ? n : d, power.Sign * parameters[IndexOf(power.Exponent)]);
        }

        return centered;
    }

    internal sealed override FitProblem Prepare(LossTable table) => AdditiveProblem.Create(this, table);
}
