using System.Globalization;
using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Laws;
using SparseProf.CostModel.Statistics;

namespace SparseProf.CostModel.Scaling.Fitting;

/// <summary>Clark's law on given rows: linear in a, b, c, d once E_start and E_max are given.</summary>
internal sealed class ClarkProblem : FitProblem
{
    private static readonly string[] s_ofExperts = ["b", "c", "E_start", "E_max"];

    private readonly double[] _logParameters;
    private readonly double[] _extraExperts;
    private readonly double[] _losses;
    private readonly double[] _logLosses;
    private readonly double _center;
    private readonly bool _routed;

    public ClarkProblem(ClarkLaw law, LossTable table)
        : base(law, table)
    {
        var padded = FitObjective.Padded(Rows);
        _center = table.Rows.Average(row => Math.Log(row.Parameters));
        _logParameters = new double[padded];
        _extraExperts = new double[padded];
        _losses = new double[padded];
        _logLosses = new double[padded];
        Array.Fill(_losses, 1);
        for (var i = 0; i < Rows; i++)
        {
            var row = table.Rows[i];
            _logParameters[i] = Math.Log(row.Parameters) - _center;
            _extraExperts[i] = Experts(row) - 1;
            _losses[i] = row.Loss;
            _logLosses[i] = Math.Log(row.Loss);
        }

        _routed = _extraExperts.Distinct().Count() > 3;
        Unidentified = _routed ? [] : s_ofExperts
            .Select(name => new Unidentified(name, "the law needs at least four numbers of experts")).ToList();
    }

    public override int FreeParameters => 6;

    public override IReadOnlyList<Unidentified> Unidentified { get; }

    /// <summary>The label <c>experts</c> of a row, else 1/(1 − S).</summary>
    public static double Experts(LossRow row) =>
        row.Labels.TryGetValue("experts", out var text) && double.TryParse(text, CultureInfo.InvariantCulture, out var experts) && experts >= 1
            ? experts
            : 1 / (1 - row.Sparsity);

    public override FitObjective CreateObjective(Estimator estimator)
    {
        var delta = estimator.Kind == EstimatorKind.L2 ? double.PositiveInfinity : estimator.HuberDelta;
        var objective = new ClarkObjective(_logParameters, _extraExperts, _losses, _logLosses, delta, estimator.Residual == ResidualKind.Absolute);
        objective.Weigh(Rows);
        return objective;
    }

    public override IReadOnlyList<double[]> Seeds(ReadOnlySpan<double> weights, int count)
    {
        var seeds = new List<(double Sum, double[] X)>();
        foreach (var start in (ReadOnlySpan<double>)[1.2, 2, 4, 8])
        {
            foreach (var max in (ReadOnlySpan<double>)[60, 200, 500, 2000])
            {
                double[] x = [0, 0, 0, 0, Math.Log(1 / ((1 / start) - (1 / max))), -Math.Log(max)];
                seeds.Add((Project(x, weights), x));
            }
        }

        return seeds.OrderBy(seed => seed.Sum).Take(count).Select(seed => seed.X).ToList();
    }

    public override void LeaveBounds(Span<double> x)
    {
        // Saturation that ran beyond any number of experts can come back from a thousand times it.
        x[5] = Math.Max(x[5], -Math.Log(1e3 * (_extraExperts.Max() + 1)));
    }

    public override double[] ToRaw(ReadOnlySpan<double> x)
    {
        if (!_routed)
            return [x[0], double.NaN, double.NaN, (x[3] - (x[0] * _center)) / Math.Log(10), double.NaN, double.NaN];
        var toDecimal = Math.Log(10);
        var max = Math.Exp(-x[5]);
        var start = 1 / (Math.Exp(-x[4]) + Math.Exp(x[5]));
        return [x[0], x[1] - (x[2] * _center), x[2] * toDecimal, (x[3] - (x[0] * _center)) / toDecimal, start, max];
    }

    /// <summary>Least squares for a, b, c, d in place of their zeros; returns the sum of squares.</summary>
    private double Project(double[] x, ReadOnlySpan<double> weights)
    {
        const int Unknowns = 4;
        Span<double> gram = stackalloc double[Unknowns * Unknowns];
        Span<double> right = stackalloc double[Unknowns];
        Span<double> row = stackalloc double[Unknowns];
        var squares = 0.0;
        for (var i = 0; i < Rows; i++)
        {
            var eta = -Math.Log((1 / (_extraExperts[i] + Math.Exp(x[4]))) + Math.Exp(x[5]));
            row[0] = _logParameters[i];
            row[1] = eta;
            row[2] = eta * _logParameters[i];
            row[3] = 1;
            squares += weights[i] * _logLosses[i] * _logLosses[i];
            for (var j = 0; j < Unknowns; j++)
            {
                right[j] += weights[i] * row[j] * _logLosses[i];
                for (var k = 0; k < Unknowns; k++)
                    gram[(j * Unknowns) + k] += weights[i] * row[j] * row[k];
            }
        }

        for (var j = 0; j < Unknowns; j++)
            gram[(j * Unknowns) + j] *= 1 + 1e-10;
        right.CopyTo(x);
        if (!SmallMatrix.TryFactor(gram, Unknowns))
            return double.PositiveInfinity;
        SmallMatrix.Solve(gram, x.AsSpan(0, Unknowns), Unknowns);
        for (var j = 0; j < Unknowns; j++)
            squares -= x[j] * right[j];
        return squares;
    }
}
