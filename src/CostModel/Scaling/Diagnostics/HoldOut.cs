using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Fitting;
using SparseProf.CostModel.Scaling.Laws;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Scaling.Diagnostics;

/// <summary>Errors on rows kept aside, |L̂ − L|/L.</summary>
public sealed record HoldOut(int Rows, double MeanAbsoluteError, double MaxAbsoluteError)
{
    // The largest scale is the largest size, or as many sizes as make three rows and a twentieth of the table.
    private const int FewestRows = 3;
    private const double LeastShare = 0.05;
    private const double SameSize = 0.999;

    /// <summary>Fits without the largest models and predicts them; null where too few rows would remain.</summary>
    public static HoldOut? Largest(ScalingLaw law, LossTable table, Estimator estimator, bool negativeSparsityTerm = false)
    {
        var isLarge = LargestScale(table);
        var rest = table.Where(row => !isLarge(row));
        if (rest.Rows.Count <= law.ParameterNames.Count)
            return null;
        var errors = new ScalingFitter(law, rest, estimator, negativeSparsityTerm).Fit().ErrorsOn(table.Where(isLarge)).ToList();
        return new HoldOut(errors.Count, errors.Average(), errors.Max());
    }

    /// <summary>Mean error over ten folds, drawn by the seed, each fitted from where the whole table's fit ended.</summary>
    public static double CrossValidated(ScalingFitter fitter, ScalingFit fit, long seed)
    {
        const int Folds = 10;
        var random = new SplitMix64(seed, long.MaxValue);
        var order = Enumerable.Range(0, fit.Table.Rows.Count).ToArray();
        for (var i = order.Length - 1; i > 0; i--)
        {
            var other = random.NextIndex(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        var sums = new double[Folds];
        Parallel.For(0, Folds, fitter.CreateRefitter, (fold, _, refitter) =>
        {
            for (var i = 0; i < order.Length; i++)
                refitter.Weights[order[i]] = i % Folds == fold ? 0 : 1;
            var parameters = refitter.Fit();
            for (var i = fold; i < order.Length; i += Folds)
                sums[fold] += Math.Abs((fit.Law.Loss(parameters, fit.Table.Rows[order[i]]) / fit.Table.Rows[order[i]].Loss) - 1);
            return refitter;
        }, _ => { });
        return sums.Sum() / order.Length;
    }

    /// <summary>Whether a row is among the largest models, by active parameters where the table tells them.</summary>
    private static Func<LossRow, bool> LargestScale(LossTable table)
    {
        double Size(LossRow row) => table.Convention == ParameterConvention.Total ? row.Parameters * (1 - row.Sparsity) : row.Parameters;
        var wanted = Math.Max(FewestRows, (int)Math.Ceiling(LeastShare * table.Rows.Count));
        var threshold = table.Rows.Select(Size).OrderDescending().ElementAt(Math.Min(wanted, table.Rows.Count) - 1);
        return row => Size(row) >= threshold * SameSize;
    }
}
