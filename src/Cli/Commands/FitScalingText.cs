using SparseProf.Cli.Output;
using SparseProf.CostModel.Scaling;
using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Diagnostics;
using SparseProf.CostModel.Scaling.Fitting;

namespace SparseProf.Cli.Commands;

/// <summary>A fit as people read it: what was fitted, parameters, evidence, doubts, rivals, next step.</summary>
internal static class FitScalingText
{
    public static void Write(ScalingAnalysis analysis, IReadOnlyList<string> doubts, string? saved, TextWriter output)
    {
        if (analysis.Fit is { } fit)
        {
            Head(analysis, fit, output);
            ParameterTable(analysis, output);
            Evidence(analysis, fit, output);
            Doubts(analysis, doubts, output);
        }

        if (analysis.Comparison is { } comparison)
            Rivals(comparison, output);
        Next(analysis, saved, output);
    }

    private static void Head(ScalingAnalysis analysis, ScalingFit fit, TextWriter output)
    {
        output.WriteLine($"{fit.Law.Name}: L = {fit.Law.Formula}   ({fit.Law.Source})");
        var convention = fit.Table.Convention switch
        {
            ParameterConvention.Active => "N counts active parameters",
            ParameterConvention.Total => "N counts all stored parameters",
            _ => "N as given (neither --n active nor --n total was said)",
        };
        var estimator = fit.Estimator.Kind == EstimatorKind.Huber ? $"Huber, δ = {fit.Estimator.HuberDelta:G3}" : fit.Estimator.Kind.ToString();
        var residual = fit.Estimator.Residual == ResidualKind.Log ? "log residuals" : "absolute residuals";
        output.WriteLine($"{fit.Table.Rows.Count} runs, {estimator} on {residual}, {convention}, {analysis.Draws.Count} resamples, seed {analysis.Request.Seed}\n");
    }

    private static void ParameterTable(ScalingAnalysis analysis, TextWriter output)
    {
        var lost = analysis.Identifiability!.NotIdentified.Select(entry => entry.Parameter).ToHashSet();
        var table = new TextTable().Text("parameter").Numbers("value", "95 % low", "95 % high", "std. error").Text("");
        foreach (var estimate in analysis.Parameters)
        {
            var alias = analysis.Fit!.Law.Aliases.TryGetValue(estimate.Name, out var other) ? $"{estimate.Name} ({other})" : estimate.Name;
            var remark = lost.Contains(estimate.Name) ? "not identified" : estimate.Value == 0 ? "at its bound" : "";
            table.Row(alias, Number(estimate.Value), Number(estimate.Low), Number(estimate.High), Number(estimate.StandardError), remark);
        }

        table.Write(output);
    }

    private static void Evidence(ScalingAnalysis analysis, ScalingFit fit, TextWriter output)
    {
        output.WriteLine($"\nobjective {fit.ObjectiveSum:G9} (mean {fit.ObjectiveMean:G4}), R² {fit.RSquared:0.0000}, mean error {fit.MeanAbsoluteError:0.00 %}");
        var certificate = fit.Certificate;
        output.WriteLine(certificate.Agreeing > 1
            ? $"certificate: {certificate.Agreeing} of {certificate.Starts} polished starts agree on this optimum (the second best is {certificate.Gap:0.#e+0} above)"
            : $"certificate: NONE: only 1 of {certificate.Starts} polished starts reached this optimum (the next is {certificate.Gap:0.#e+0} above); treat it as a local one");
        if (analysis.HoldOut is { } held)
            output.WriteLine($"held out: the {held.Rows} largest runs are predicted from the others with a mean error of {held.MeanAbsoluteError:0.00 %} (worst {held.MaxAbsoluteError:0.00 %})");
        if (analysis.Unbounded is { } free)
        {
            output.WriteLine($"b ≥ 0 costs {(fit.ObjectiveSum / free.ObjectiveSum) - 1:0.0 %}: with b free the objective is {free.ObjectiveSum:G6} at b = {free.Coefficient:G4}, "
                + "where f(S) turns negative as S → 1 (--allow-negative-b)");
            if (free.HoldOut is { } freeHeld)
                output.WriteLine($"  with b free the largest runs are predicted with a mean error of {freeHeld.MeanAbsoluteError:0.00 %} (worst {freeHeld.MaxAbsoluteError:0.00 %})");
        }
    }

    private static void Doubts(ScalingAnalysis analysis, IReadOnlyList<string> doubts, TextWriter output)
    {
        var report = analysis.Identifiability!;
        output.WriteLine($"\nidentifiability: condition number {report.ConditionNumber:0.#}; weakest direction {report.WeakestDirection}");
        foreach (var lost in report.NotIdentified)
            output.WriteLine($"  {lost.Parameter} is not identified because {lost.Because}");
        foreach (var bound in report.BoundShare)
            output.WriteLine($"  {bound.Key} is 0 in {bound.Value:P0} of the resamples");
        foreach (var warning in report.Warnings.Concat(doubts))
            output.WriteLine($"  caution: {warning}");
        if (report.NotIdentified.Count + report.BoundShare.Count + report.Warnings.Count + doubts.Count == 0)
            output.WriteLine("  every parameter is identified by these runs");
    }

    private static void Rivals(LawComparison comparison, TextWriter output)
    {
        output.WriteLine("\nlaws compared (errors are mean |L̂ − L|/L):");
        var table = new TextTable().Text("law").Numbers("parameters", "objective", "in sample", "10-fold", "largest held out", "its worst");
        foreach (var score in comparison.Scores)
        {
            table.Row(score.Fit.Law.Name, $"{score.Parameters}", $"{score.Fit.ObjectiveSum:G5}", $"{score.Fit.MeanAbsoluteError:0.00 %}", $"{score.CrossValidation:0.00 %}",
                score.HoldOut is { } held ? $"{held.MeanAbsoluteError:0.00 %}" : "–", score.HoldOut is { } worst ? $"{worst.MaxAbsoluteError:0.00 %}" : "–");
        }

        table.Write(output);
        output.WriteLine(comparison.Verdict);
    }

    private static void Next(ScalingAnalysis analysis, string? saved, TextWriter output)
    {
        if (analysis.NextRun is { } run)
        {
            var tokens = run.Tokens is { } d ? $", D = {d:0.##e+0}" : "";
            output.WriteLine($"\nnext run: N = {run.Parameters:0.##e+0}{tokens}, S = {run.Sparsity:0.####} would shorten the interval of {run.About} by {run.Shrinkage:P0}");
        }

        output.WriteLine(analysis.Fit is null
            ? "next: fit one of them by name, or add runs between the scales where they differ"
            : saved is null ? "next: --out fit.json keeps the fit for 'sparseprof advise allocation' and 'sparseprof advise sparsity'"
            : $"next: sparseprof advise allocation --fit {saved} --compute FLOP");
    }

    private static string Number(double value) => double.IsNaN(value) ? "–" : Math.Abs(value) is >= 1e-3 and < 1e7 or 0 ? $"{value:G6}" : $"{value:0.####e+0}";
}
