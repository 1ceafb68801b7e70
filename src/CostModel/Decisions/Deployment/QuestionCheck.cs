using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Decisions.Deployment;

/// <summary>Refuses questions that have no answer: absurd limits, empty lists.</summary>
internal static class QuestionCheck
{
    private const double LeastLatency = 1e-7;
    private const double MostLatency = 86_400;
    private const double MostQueries = 1e9;

    /// <exception cref="UserErrorException">A number out of range, or an empty list.</exception>
    public static void Check(DeploymentQuestion question)
    {
        Within("--qps", question.QueriesPerSecond, 1e-6, MostQueries, "inferences a second");
        if (question.LatencyLimitSeconds is { } limit)
            Within("--slo-latency", limit, LeastLatency, MostLatency, "seconds; below the first no kernel can even be launched");
        if (question.BudgetUsdPerHour is { } budget)
            Within("--budget", budget, 1e-6, 1e9, "USD an hour");
        if (question.AccuracyFloor is { } floor && !double.IsFinite(floor))
            throw Problem("--accuracy-floor", floor, "a finite number");
        if (question.Replicas is { } replicas)
            Within("--replicas", replicas, 1, 1e6, "replicas");
        Within("--pue", question.Pue.Value, 1, 3, "energy of the site over energy of its computers");
        foreach (var batch in question.Batches)
            Within("--batch", batch, 1, 65_536, "inferences a forward pass");
        if (question.Profiles.Count == 0 || question.Patterns.Count == 0 || question.DTypes.Count == 0 || question.Batches.Count == 0)
            throw new UserErrorException(ErrorKind.WrongUsage, "there is nothing to choose from") { Allowed = "at least one profile, pattern, dtype and batch" };
        if (question.Objective == Objective.Carbon && question.Region is null)
            throw new UserErrorException(ErrorKind.WrongUsage, "carbon needs a region") { Where = "--objective carbon", Next = "give --region" };
    }

    private static void Within(string option, double value, double low, double high, string what)
    {
        if (!(value >= low && value <= high))
            throw Problem(option, value, $"{low:G} to {high:G} {what}");
    }

    private static UserErrorException Problem(string option, double value, string allowed) =>
        new(ErrorKind.WrongUsage, $"{value:G} is out of range") { Where = option, Allowed = allowed };
}
