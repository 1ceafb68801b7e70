using SparseProf.Ops;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Decisions.Deployment;

/// <summary>The recommendation among feasible candidates, and how sure it is.</summary>
/// <param name="Undecided">The sparse candidate that would win if it were as fast as predicted, or faster within its interval.</param>
internal sealed record Choice(DeploymentCandidate? Recommended, Confidence Confidence, string Verdict, IReadOnlyList<FormatVerdict> Formats, DeploymentCandidate? Undecided)
{
    public static Choice Of(DeploymentQuestion question, IReadOnlyList<DeploymentCandidate> candidates)
    {
        var feasible = candidates.Where(candidate => candidate.Feasible).ToArray();
        if (feasible.Length == 0)
            return new(null, Confidence.Infeasible, "no candidate keeps every constraint", [], null);
        // A sparse format stands for election only where it is known to be faster.
        var eligible = feasible.Where(candidate => candidate.IsDense || IsFaster(candidate)).ToArray();
        var best = eligible.MinBy(candidate => Order(question, candidate));
        var tempting = feasible.Where(candidate => !candidate.IsDense && IsUndecided(candidate)
            && (best is null || Optimistic(question, candidate) < Cost(question, best))).MinBy(candidate => Order(question, candidate));
        if (best is null)
        {
            return new(null, Confidence.Undecided, $"undecided: only {tempting?.Pattern.Text ?? "sparse"} deployments keep the constraints, and whether they are faster than dense is not known", FormatsAt(candidates, tempting), tempting);
        }

        var rival = eligible.Where(candidate => candidate.Profile != best.Profile).MinBy(candidate => Order(question, candidate));
        var firm = Holds(question, best) && (rival is null || High(question, best) < Low(question, rival)) && !best.OutOfRange;
        var confidence = tempting is not null ? Confidence.Undecided : firm ? Confidence.Firm : Confidence.Leaning;
        return new(best, confidence, Sentence(question, best, rival, tempting, confidence), FormatsAt(candidates, best), tempting);
    }

    /// <summary>What the objective counts; infinite where it is not known.</summary>
    public static double Cost(DeploymentQuestion question, DeploymentCandidate candidate) => Of(question, candidate)?.Value ?? double.PositiveInfinity;

    public static Estimate? Of(DeploymentQuestion question, DeploymentCandidate candidate) => question.Objective switch
    {
        Objective.Price => candidate.UsdPerMillion,
        Objective.Energy => candidate.JoulesPerInference,
        Objective.Carbon => candidate.GramsPerMillion,
        _ => candidate.P95Seconds,
    };

    public static bool IsFaster(DeploymentCandidate candidate) => candidate.Speedup is { Low: > 1 };

    // Equal prices are common: then constraints that surely hold decide, and, within a stated limit of latency, fewer joules.
    // Without a limit nothing says how much waiting a joule is worth, so less waiting decides.
    internal static (double, bool, double, double) Order(DeploymentQuestion question, DeploymentCandidate candidate)
    {
        var (joules, wait) = (candidate.JoulesPerInference?.Value ?? double.PositiveInfinity, candidate.P95Seconds!.Value.Value);
        return (Cost(question, candidate), !Holds(question, candidate), question.LatencyLimitSeconds is null ? wait : joules, question.LatencyLimitSeconds is null ? joules : wait);
    }

    private static bool IsUndecided(DeploymentCandidate candidate) => candidate.Speedup is { Low: <= 1, High: > 1 };

    private static double Optimistic(DeploymentQuestion question, DeploymentCandidate candidate) => Math.Min(Cost(question, candidate), Of(question, candidate)?.Low ?? double.PositiveInfinity);

    private static double High(DeploymentQuestion question, DeploymentCandidate candidate) => Of(question, candidate)?.High ?? double.PositiveInfinity;

    private static double Low(DeploymentQuestion question, DeploymentCandidate candidate) => Of(question, candidate)?.Low ?? double.PositiveInfinity;

    // Whether every constraint is kept over the whole interval.
    private static bool Holds(DeploymentQuestion question, DeploymentCandidate candidate) =>
        candidate.Utilization!.Value.High < 1
        && (question.LatencyLimitSeconds is not { } limit || candidate.P95Seconds!.Value.High <= limit)
        && (question.BudgetUsdPerHour is not { } budget || candidate.UsdPerHour?.High <= budget);

    private static FormatVerdict[] FormatsAt(IReadOnlyList<DeploymentCandidate> candidates, DeploymentCandidate? at) => at is null
        ? []
        : [.. candidates.Where(candidate => candidate.Profile == at.Profile && candidate.DType == at.DType && candidate.Batch == at.Batch && candidate.Speedup is not null)
            .Select(candidate => VerdictOf(candidate, candidate.Speedup!.Value))];

    private static FormatVerdict VerdictOf(DeploymentCandidate candidate, Estimate speedup)
    {
        var verdict = Verdicts.Of(new(1 / speedup.Value, 1 / speedup.High, 1 / speedup.Low, speedup.Provenance, speedup.Coverage));
        var interval = $"{speedup.Value:0.00}x ({speedup.Low:0.00} to {speedup.High:0.00})";
        return new(candidate.Pattern, candidate.DType, candidate.Batch, speedup, verdict, verdict switch
        {
            Ops.Statistics.Verdict.Faster => $"faster: {interval}",
            Ops.Statistics.Verdict.Slower => $"slower: {interval}",
            Ops.Statistics.Verdict.Same => $"the same: {interval}",
            _ => $"undecided: {interval} holds 1.0x; measure it",
        });
    }

    private static string Sentence(DeploymentQuestion question, DeploymentCandidate best, DeploymentCandidate? rival, DeploymentCandidate? tempting, Confidence confidence)
    {
        var cost = Cost(question, best);
        var why = double.IsFinite(cost) ? $" for the least {Unit(question.Objective, cost)}" : ", by energy and latency: no price is known";
        var sure = confidence switch
        {
            Confidence.Firm => rival is null ? "every constraint is kept over the whole interval" : $"its interval lies wholly below the next accelerator's ({rival.Profile})",
            Confidence.Undecided => $"{tempting!.Pattern} on {tempting.Profile} might do better, but its speedup interval ({tempting.Speedup!.Value.Low:0.00} to {tempting.Speedup!.Value.High:0.00}) holds 1.0x",
            _ when best.OutOfRange => "the shapes lie outside what was measured",
            _ when !Holds(question, best) => "a constraint may break within the interval",
            _ => $"its interval overlaps that of the next accelerator ({rival?.Profile})",
        };
        return $"deploy {best.Name}{why}; {sure}";
    }

    internal static string Unit(Objective objective, double value) => objective switch
    {
        Objective.Price => $"price, {value:G3} USD per million inferences",
        Objective.Energy => $"energy, {value:G3} J per inference",
        Objective.Carbon => $"carbon, {value:G3} gCO2e per million inferences",
        _ => $"latency, {Evaluation.Time(value)} at the 95th percentile",
    };
}
