using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Fitting;
using SparseProf.CostModel.Scaling.Laws;
using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Scaling.Diagnostics;

/// <summary>One law of a comparison; errors are shares of the loss.</summary>
public sealed record LawScore(ScalingFit Fit, int Parameters, double CrossValidation, HoldOut? HoldOut);

/// <summary>
/// Laws compared by ten-fold cross-validation and by predicting the largest models. Where the two disagree no law is
/// chosen: the one that fits best inside the data is then not the one that carries beyond it.
/// </summary>
/// <param name="Chosen">Null where the comparison abstains.</param>
public sealed record LawComparison(IReadOnlyList<LawScore> Scores, LawScore? Chosen, string Verdict)
{
    // Errors within this share of the best are a tie.
    private const double Tie = 1.10;

    public static LawComparison Run(LossTable table, Estimator estimator, long seed)
    {
        var scores = ScalingLaws.Compared.Select(law => Score(law, table, estimator, seed)).OfType<LawScore>()
            .OrderBy(score => score.CrossValidation).ToList();
        if (scores.Count == 0)
            throw new UserErrorException(ErrorKind.WrongUsage, $"{table.Rows.Count} rows are too few for any of the laws") { Allowed = "at least 5 rows" };
        var byFolds = scores[0];
        var byScale = scores.Where(score => score.HoldOut is not null).MinBy(score => score.HoldOut!.MeanAbsoluteError);
        if (byScale is null)
            return new(scores, null, "too few sizes to hold the largest out: no law is chosen");
        var both = scores.Where(score => score.CrossValidation <= Tie * byFolds.CrossValidation
            && score.HoldOut is { } held && held.MeanAbsoluteError <= Tie * byScale.HoldOut!.MeanAbsoluteError).ToList();
        return both.Count > 0
            ? new(scores, both.MinBy(score => score.Parameters), $"{both.MinBy(score => score.Parameters)!.Fit.Law} is best, or within 10 % of the best, both inside the data and at the largest scale")
            : new(scores, null, $"the comparison abstains: {byFolds.Fit.Law} is best inside the data, {byScale.Fit.Law} at the largest scale");
    }

    private static LawScore? Score(ScalingLaw law, LossTable table, Estimator estimator, long seed)
    {
        // A law that ignores S tells nothing of a table that is sparse throughout; it is still the baseline.
        try
        {
            var fitter = new ScalingFitter(law, table, estimator);
            var fit = fitter.Fit();
            return new(fit, fit.Parameters.Count(value => !double.IsNaN(value)), HoldOut.CrossValidated(fitter, fit, seed), HoldOut.Largest(law, table, estimator));
        }
        catch (UserErrorException)
        {
            return null;
        }
    }
}
