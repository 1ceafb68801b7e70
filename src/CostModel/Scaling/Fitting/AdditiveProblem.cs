using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Laws;

namespace SparseProf.CostModel.Scaling.Fitting;

/// <summary>An additive law on given rows, with N and D over their geometric means.</summary>
internal sealed class AdditiveProblem : FitProblem
{
    // Below this share of the prediction a term is at its bound of zero.
    private const double BoundShare = 1e-7;

    private readonly AdditiveLaw _law;
    private readonly ReducedLaw _reduced;
    private readonly RowColumns _columns;
    private readonly ObjectiveTerm[] _terms;
    private ProjectedSeeds? _seeds;

    private AdditiveProblem(AdditiveLaw law, LossTable table, ReducedLaw reduced, RowColumns columns, bool negativeSparsityTerm)
        : base(law, table)
    {
        _law = law;
        _reduced = reduced;
        _columns = columns;
        _terms = reduced.Terms.Select(term => BuildTerm(term, negativeSparsityTerm)).ToArray();
        NegativeSparsityTerm = negativeSparsityTerm;
    }

    public override int FreeParameters => _reduced.Terms.Count + _reduced.Exponents.Count;

    public override IReadOnlyList<Unidentified> Unidentified => _reduced.Unidentified;

    /// <summary>Whether the term in S is subtracted: the law with b ≤ 0.</summary>
    public bool NegativeSparsityTerm { get; }

    public bool HasSparsityTerm => _reduced.Terms.Any(term => term.TimesSparsity);

    public static AdditiveProblem Create(AdditiveLaw law, LossTable table)
    {
        var rows = table.Counting(law.Convention);
        return new AdditiveProblem(law, rows, ReducedLaw.For(law, rows), new RowColumns(rows), negativeSparsityTerm: false);
    }

    /// <summary>The same rows with b ≤ 0 instead of b ≥ 0.</summary>
    public AdditiveProblem WithNegativeSparsityTerm() => new(_law, Table, _reduced, _columns, negativeSparsityTerm: true);

    public override FitObjective CreateObjective(Estimator estimator)
    {
        var delta = estimator.Kind == EstimatorKind.L2 ? double.PositiveInfinity : estimator.HuberDelta;
        var objective = new AdditiveObjective(_terms, FreeParameters, _columns.Losses, _columns.LogLosses, delta, estimator.Residual == ResidualKind.Absolute);
        objective.Weigh(Rows);
        return objective;
    }

    public override IReadOnlyList<double[]> Seeds(ReadOnlySpan<double> weights, int count)
    {
        _seeds ??= new ProjectedSeeds(_terms, _reduced.Exponents.Select(_law.Grid).ToList(), _columns.Losses);
        return _seeds.Best(weights, count);
    }

    public override void LeaveBounds(Span<double> x)
    {
        for (var j = 0; j < _terms.Length; j++)
            x[j] = Math.Max(x[j], Math.Log(1e-4 * _columns.TypicalLoss));
    }

    public override double[] ToRaw(ReadOnlySpan<double> x)
    {
        var raw = new double[_law.ParameterNames.Count];
        Array.Fill(raw, double.NaN);
        for (var e = 0; e < _reduced.Exponents.Count; e++)
            raw[_law.IndexOf(_reduced.Exponents[e])] = x[_terms.Length + e];
        for (var j = 0; j < _terms.Length; j++)
        {
            var logarithm = x[j];
            foreach (var power in _reduced.Terms[j].Powers)
                logarithm -= power.Sign * raw[_law.IndexOf(power.Exponent)] * _columns.LogCenter(power.Of);
            var sign = NegativeSparsityTerm && _reduced.Terms[j].TimesSparsity ? -1 : 1;
            raw[_law.IndexOf(_reduced.Terms[j].Coefficient)] = LargestShare(j, x) < BoundShare ? 0 : sign * Math.Exp(logarithm);
        }

        return raw;
    }

    private double LargestShare(int j, ReadOnlySpan<double> x)
    {
        var largest = 0.0;
        for (var row = 0; row < Rows; row++)
        {
            var logarithm = x[j];
            for (var k = 0; k < _terms[j].Variables.Length; k++)
                logarithm += x[_terms[j].Variables[k]] * _terms[j].Features[k][row];
            largest = Math.Max(largest, Math.Abs(_terms[j].Factor[row]) * Math.Exp(logarithm) / _columns.Losses[row]);
        }

        return largest;
    }

    private ObjectiveTerm BuildTerm(LawTerm term, bool negativeSparsityTerm)
    {
        var factor = new double[_columns.Losses.Length];
        for (var row = 0; row < factor.Length; row++)
            factor[row] = !term.TimesSparsity ? 1 : negativeSparsityTerm ? -_columns.Sparsity[row] : _columns.Sparsity[row];
        var exponents = term.Powers.Select(power => power.Exponent).Distinct().OrderBy(name => _reduced.Exponents.IndexOf(name)).ToList();
        var features = exponents.Select(name => _columns.Feature(term.Powers.Where(power => power.Exponent == name))).ToArray();
        var variables = exponents.Select(name => _reduced.Terms.Count + _reduced.Exponents.IndexOf(name)).ToArray();
        return new ObjectiveTerm(factor, variables, features);
    }
}
