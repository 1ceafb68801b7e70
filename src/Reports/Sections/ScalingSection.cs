using SparseProf.CostModel.Scaling;
using SparseProf.CostModel.Scaling.Advice;
using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Fitting;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Statistics;
using SparseProf.Reports.Charts;
using SparseProf.Reports.Document;

namespace SparseProf.Reports.Sections;

/// <summary>The law L(N, D, S) of the losses in the database, how far it can be trusted, and the best sparsity on this device.</summary>
internal static class ScalingSection
{
    private const string Id = "scaling";
    private const string Title = "Scaling law and best sparsity";
    private const int Resamples = 400;
    private static readonly (string Format, string Name)[] s_formats = [("n:m", "2:4"), ("block", "block"), ("csr", "csr")];

    public static Section Build(string database)
    {
        LossTable losses;
        try
        {
            losses = StoredLosses.Read(database);
        }
        catch (UserErrorException)
        {
            return Section.Without(Id, Title, "The database holds no losses; 'sparseprof import losses FILE.csv' or completed trainings on real data bring them.");
        }

        try
        {
            return new(Id, Title, [.. Blocks(database, losses)]);
        }
        catch (UserErrorException refused)
        {
            return Section.Without(Id, Title, $"The {losses.Rows.Count} losses in the database cannot be fitted: {refused.Message}.");
        }
    }

    private static IEnumerable<Block> Blocks(string database, LossTable losses)
    {
        var compared = ScalingAnalysis.Run(losses, new ScalingRequest("auto", Estimator.Default, Resamples));
        yield return new Block.Paragraph($"{losses.Rows.Count} losses, {(losses.Convention == ParameterConvention.Unstated ? "N as given" : $"N counted as {losses.Convention.ToString().ToLowerInvariant()} parameters")}. {Sentences.Capital(compared.Comparison?.Verdict)}");
        var analysis = compared.Fit is not null ? compared : ScalingAnalysis.Run(losses, new ScalingRequest(Fallback(losses), Estimator.Default, Resamples));
        if (analysis.Fit is not { } fit)
            yield break;
        if (compared.Fit is null)
            yield return new Block.Paragraph($"Below stands the law '{fit.Law.Name}' all the same, for what it is worth.");
        yield return new Block.Paragraph($"{fit.Law.Formula}. {fit.Law.Source}. Estimator: {fit.Estimator.Kind}, R² = {fit.RSquared:0.0000}, mean absolute error {fit.MeanAbsoluteError * 100:0.00} % of the loss; {fit.Certificate.Agreeing} of {fit.Certificate.Starts} independent starts reach the same optimum.");
        yield return new Block.TableBlock(Parameters(analysis));
        yield return new Block.Points([.. Identifiability(analysis), .. LossDoubts.Find(losses)]);
        yield return new Block.ChartBlock(ScalingSpecs.Fit(fit));
        yield return new Block.ChartBlock(ScalingSpecs.Residuals(fit));
        var saved = new SavedFit(fit.Law, fit.Table.Convention, fit.Parameters, analysis.Draws, DataRange.Of(fit.Table)) { NotIdentified = [.. analysis.Identifiability?.NotIdentified.Select(lost => lost.Parameter) ?? []] };
        yield return ScalingSpecs.IsoFlop(saved) is { } isoFlop
            ? new Block.ChartBlock(isoFlop)
            : new Block.Paragraph("IsoFLOP curves are left out: this law, or losses without token counts, give a compute budget no best split.");
        if (compared.Comparison is { } comparison)
            yield return new Block.TableBlock(Laws(comparison.Scores));
        foreach (var block in BestSparsity(database, saved))
            yield return block;
    }

    private static string Fallback(LossTable losses) => losses.Rows.DistinctBy(row => row.Sparsity).Count() > 1 ? "paper" : "chinchilla";

    private static IEnumerable<Block> BestSparsity(string database, SavedFit fit)
    {
        if (!fit.Law.HasSparsity)
        {
            yield return new Block.Paragraph("S* is left out: the chosen law does not depend on sparsity.");
            yield break;
        }

        var budget = fit.Range is { } range && double.IsFinite(range.Compute) ? range.Compute : 1e21;
        var answers = new List<(string Format, SparsityAdvice Advice)>();
        foreach (var (format, name) in s_formats)
        {
            try
            {
                answers.Add((name, SparsityAdvice.Find(fit, StoredCosts.Read(database, format), new SparsityQuestion(budget))));
            }
            catch (UserErrorException)
            {
                // No kernel of this format stands beside a dense one.
            }
        }

        if (answers.Count == 0)
        {
            yield return new Block.Paragraph("S* is left out: no sparse kernel was measured beside a dense one, so the relative cost h(S) is not known.");
            yield break;
        }

        yield return new Block.ChartBlock(ScalingSpecs.BestSparsity(answers));
        yield return new Block.TableBlock(new(
            "best-sparsity", $"The sparsity of least loss at {budget:0.##e+0} FLOP, from the law and the measured cost of each format",
            [Column.Text("format", "format"), new("s_star", "S*", Quantity.Share), new("relative_cost", "cost h(S*)"), new("n_opt", "N*", Quantity.Count), new("d_opt", "D*", Quantity.Count), new("loss", "loss"), new("dense_loss", "dense loss"), Column.Text("finding", "finding")],
            [
                .. answers.Select(answer => new Cell[]
                {
                    answer.Format, Interval(answer.Advice.Best.Sparsity, answer.Advice.SparsityInterval), answer.Advice.Best.Cost,
                    Interval(answer.Advice.Best.Best.Parameters, answer.Advice.ParametersInterval), Interval(answer.Advice.Best.Best.Tokens, answer.Advice.TokensInterval),
                    Interval(answer.Advice.Best.Best.Loss, answer.Advice.LossInterval), answer.Advice.Dense.Best.Loss, Finding(answer.Advice),
                }),
            ]));
    }

    private static string Finding(SparsityAdvice advice) => advice.Kind switch
    {
        OptimumKind.Interior => "an optimum between the ends",
        OptimumKind.DenseEndpoint => "dense is best: sparsity does not pay here",
        _ => "at the sparsest point measured: measure sparser kernels",
    };

    private static Cell Interval(double value, (double Low, double High)? interval) =>
        !double.IsFinite(value) ? Cell.Empty : interval is { } range ? new Estimate(value, range.Low, range.High, Provenance.Interpolated) : value;

    private static Table Parameters(ScalingAnalysis analysis) => new(
        "scaling-parameters", $"Parameters of the law with 95 % intervals over {analysis.Draws.Count} resamples of the runs",
        [Column.Text("parameter", "parameter"), new("value", "value"), Column.Text("identified", "identified")],
        [
            .. analysis.Parameters.Where(parameter => !double.IsNaN(parameter.Value)).Select(parameter => new Cell[]
            {
                parameter.Name, Interval(parameter.Value, double.IsNaN(parameter.Low) ? null : (parameter.Low, parameter.High)),
                analysis.Identifiability?.NotIdentified.FirstOrDefault(lost => lost.Parameter == parameter.Name) is { } lost ? $"no: {lost.Because}" : "yes",
            }),
        ]);

    private static Table Laws(IReadOnlyList<CostModel.Scaling.Diagnostics.LawScore> scores) => new(
        "laws", "Laws compared: mean absolute errors as shares of the loss",
        [Column.Text("law", "law"), new("parameters", "parameters"), new("fit_error", "in the fit", Quantity.Share), new("cross_validation", "ten-fold", Quantity.Share), new("largest_held_out", "largest held out", Quantity.Share)],
        [.. scores.Select(score => new Cell[] { score.Fit.Law.Name, score.Parameters, score.Fit.MeanAbsoluteError, score.CrossValidation, score.HoldOut?.MeanAbsoluteError })]);

    private static IEnumerable<string> Identifiability(ScalingAnalysis analysis)
    {
        if (analysis.Identifiability is { } report)
        {
            yield return $"Condition number {report.ConditionNumber:0.#}; the data tell least about {report.WeakestDirection}.";
            foreach (var warning in report.Warnings)
                yield return Sentences.Capital(warning);
        }

        if (analysis.NextRun is { } next)
            yield return $"The run that would tell most about {next.About}: N = {QuantityText.Of(next.Parameters, Quantity.Count)}{(next.Tokens is { } tokens ? $", D = {QuantityText.Of(tokens, Quantity.Count)}" : "")}, S = {next.Sparsity:0.##}; its interval would shrink by {next.Shrinkage * 100:0} %.";
    }
}
