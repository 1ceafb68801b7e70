using System.Text.Json.Nodes;
using SparseProf.CostModel.Scaling.Advice;
using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Diagnostics;
using SparseProf.CostModel.Scaling.Fitting;

namespace SparseProf.CostModel.Scaling;

/// <summary>The JSON of <c>fit scaling</c>. Errors are shares of the loss; parameters are in raw units of N and D.</summary>
public static class FitDocument
{
    private static readonly string[] s_paperNames = ["L_star", "a", "b", "c", "alpha", "beta", "kappa"];

    /// <param name="withDraws">Whether the resamples go along, as the decisions need them.</param>
    public static JsonObject Create(ScalingAnalysis analysis, bool withDraws)
    {
        var fit = analysis.Fit;
        var document = new JsonObject
        {
            ["law"] = fit?.Law.Name ?? "auto",
            ["formula"] = fit?.Law.Formula,
            ["abstained"] = fit is null,
            ["estimator"] = analysis.Request.Estimator.Kind.ToString().ToLowerInvariant(),
            ["huber_delta"] = analysis.Request.Estimator.Kind == EstimatorKind.Huber ? analysis.Request.Estimator.HuberDelta : null,
            ["residual"] = analysis.Request.Estimator.Residual.ToString().ToLowerInvariant(),
            ["n"] = fit?.Table.Convention.ToString().ToLowerInvariant(),
            ["rows"] = fit?.Table.Rows.Count,
            ["objective_sum"] = fit?.ObjectiveSum,
            ["objective_mean"] = fit?.ObjectiveMean,
            ["r2"] = Number(fit?.RSquared),
            ["mean_abs_error"] = fit?.MeanAbsoluteError,
            ["parameters"] = Parameters(analysis),
            ["resamples"] = analysis.Draws.Count,
            ["seed"] = analysis.Request.Seed,
            ["certificate"] = fit is null ? null : new JsonObject { ["starts"] = fit.Certificate.Starts, ["agreeing"] = fit.Certificate.Agreeing, ["gap"] = Number(fit.Certificate.Gap) },
            ["identifiability"] = Identifiability(analysis.Identifiability),
            ["hold_out"] = HoldOut(analysis.HoldOut),
            ["unbounded"] = analysis.Unbounded is { } free
                ? new JsonObject { ["objective_sum"] = free.ObjectiveSum, ["b"] = free.Coefficient, ["hold_out"] = HoldOut(free.HoldOut) }
                : null,
            ["comparison"] = analysis.Comparison is { } comparison ? Comparison(comparison) : null,
            ["next_run"] = analysis.NextRun is { } next
                ? new JsonObject { ["about"] = next.About, ["parameters"] = next.Parameters, ["tokens"] = next.Tokens, ["sparsity"] = next.Sparsity, ["interval_shrinkage"] = next.Shrinkage }
                : null,
            ["elapsed_s"] = analysis.ElapsedSeconds,
        };
        if (fit is not null)
        {
            var range = DataRange.Of(fit.Table);
            document["range"] = new JsonObject
            {
                ["parameters"] = Pair(range.Parameters),
                ["tokens"] = range.Tokens is { } tokens ? Pair(tokens) : null,
                ["sparsity"] = Pair(range.Sparsity),
                ["compute"] = Number(range.Compute),
            };
            if (withDraws)
                document["draws"] = new JsonObject { ["names"] = new JsonArray([.. fit.Law.ParameterNames.Select(name => (JsonNode)name)]), ["values"] = Matrix(analysis.Draws) };
        }

        return document;
    }

    private static JsonObject Parameters(ScalingAnalysis analysis)
    {
        var parameters = new JsonObject();
        foreach (var name in s_paperNames)
            parameters[name] = null;
        foreach (var estimate in analysis.Parameters.Where(estimate => !double.IsNaN(estimate.Value)))
        {
            parameters[estimate.Name] = Estimate(estimate);
            if (analysis.Fit!.Law.Aliases.TryGetValue(estimate.Name, out var alias))
                parameters[alias] = Estimate(estimate);
        }

        return parameters;
    }

    private static JsonObject Estimate(ParameterEstimate estimate) => new()
    {
        ["value"] = Number(estimate.Value),
        ["low"] = Number(estimate.Low),
        ["high"] = Number(estimate.High),
        ["standard_error"] = Number(estimate.StandardError),
    };

    private static JsonObject? Identifiability(Identifiability? report) => report is null ? null : new JsonObject
    {
        ["condition_number"] = Number(report.ConditionNumber),
        ["weakest_direction"] = report.WeakestDirection,
        ["not_identified"] = Strings(report.NotIdentified.Select(lost => lost.Parameter)),
        ["at_bound"] = Strings(report.AtBound),
        ["not_identified_because"] = new JsonObject(report.NotIdentified.Select(lost => KeyValuePair.Create(lost.Parameter, (JsonNode?)lost.Because))),
        ["resamples_at_bound"] = new JsonObject(report.BoundShare.Select(bound => KeyValuePair.Create(bound.Key, (JsonNode?)bound.Value))),
        ["warnings"] = Strings(report.Warnings),
    };

    private static JsonObject? HoldOut(HoldOut? held) => held is null ? null : new JsonObject
    {
        ["rows"] = held.Rows,
        ["mean_abs_error"] = held.MeanAbsoluteError,
        ["max_abs_error"] = held.MaxAbsoluteError,
    };

    private static JsonObject Comparison(LawComparison comparison) => new()
    {
        ["chosen"] = comparison.Chosen?.Fit.Law.Name,
        ["verdict"] = comparison.Verdict,
        ["laws"] = new JsonArray([.. comparison.Scores.Select(score => new JsonObject
        {
            ["law"] = score.Fit.Law.Name,
            ["parameters"] = score.Parameters,
            ["objective_sum"] = Number(score.Fit.ObjectiveSum),
            ["mean_abs_error"] = Number(score.Fit.MeanAbsoluteError),
            ["cross_validation"] = Number(score.CrossValidation),
            ["hold_out"] = HoldOut(score.HoldOut),
        })]),
    };

    private static JsonArray Matrix(IReadOnlyList<double[]> draws) =>
        new([.. draws.Select(draw => new JsonArray([.. draw.Select(value => (JsonNode?)Number(value))]))]);

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static JsonArray Pair((double Low, double High) range) => [range.Low, range.High];

    private static JsonValue? Number(double? value) => value is { } number && double.IsFinite(number) ? JsonValue.Create(number) : null;
}
