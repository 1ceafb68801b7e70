namespace SparseProf.CostModel.Decisions.Deployment;

/// <summary>Why nothing is feasible: constraints that no candidate keeps alone, else pairs that none keeps together, else all of them.</summary>
internal static class Contradictions
{
    public static IReadOnlyList<Contradiction> Find(DeploymentQuestion question, IReadOnlyList<DeploymentCandidate> candidates)
    {
        var prices = question.Profiles.ToDictionary(profile => profile.Id, profile => profile.PriceUsdPerHour);
        var evaluation = new Evaluation(question, _ => QualityChange.Unknown);
        var runnable = candidates.Where(candidate => candidate.ServiceSeconds is not null).ToArray();
        if (runnable.Length == 0)
            return [new([Constraint.DType], "no accelerator can run the model in these dtypes and patterns: " + (candidates.SelectMany(candidate => candidate.Violations).FirstOrDefault()?.Text ?? ""))];
        bool Keeps(DeploymentCandidate candidate, Constraint constraint) => evaluation.KeepsAlone(candidate, constraint, prices[candidate.Profile]);
        Constraint[] chosen =
        [
            Constraint.Memory,
            .. question.Replicas is null ? [] : new[] { Constraint.Load },
            .. question.LatencyLimitSeconds is null ? [] : new[] { Constraint.Latency },
            .. question.BudgetUsdPerHour is null ? [] : new[] { Constraint.Budget },
            .. question.AccuracyFloor is null ? [] : new[] { Constraint.Accuracy },
        ];
        var alone = chosen.Where(constraint => !runnable.Any(candidate => Keeps(candidate, constraint))).ToArray();
        if (alone.Length > 0)
            return [.. alone.Select(constraint => new Contradiction([constraint], $"{Name(question, constraint)} alone excludes every candidate: {Nearest(runnable, constraint)}"))];
        var pairs = (from i in Enumerable.Range(0, chosen.Length) from j in Enumerable.Range(i + 1, chosen.Length - i - 1) select (First: chosen[i], Second: chosen[j]))
            .Where(pair => !runnable.Any(candidate => Both(candidate, pair.First, pair.Second))).ToArray();
        if (pairs.Length > 0)
            return [.. pairs.Select(pair => new Contradiction([pair.First, pair.Second], $"{Name(question, pair.First)} and {Name(question, pair.Second)} exclude each other: each can be kept, not both"))];
        return [new([.. chosen.Where(constraint => runnable.Any(candidate => !Keeps(candidate, constraint)))], "no two constraints exclude each other, but no candidate keeps all of them")];

        // Budget beside another constraint is that of the replicas which the other one needs.
        bool Both(DeploymentCandidate candidate, Constraint first, Constraint second) =>
            second == Constraint.Budget && first is Constraint.Latency or Constraint.Load
                ? Keeps(candidate, first) && candidate.Violations.All(violation => violation.Constraint != Constraint.Budget)
                : Keeps(candidate, first) && Keeps(candidate, second);
    }

    private static string Name(DeploymentQuestion question, Constraint constraint) => constraint switch
    {
        Constraint.Latency => $"--slo-latency {Evaluation.Time(question.LatencyLimitSeconds ?? double.NaN)}",
        Constraint.Budget => $"--budget {question.BudgetUsdPerHour:0.##} USD/h",
        Constraint.Accuracy => $"--accuracy-floor {question.AccuracyFloor:G4}",
        Constraint.Load => $"--qps {question.QueriesPerSecond:G4} on {question.Replicas} replicas",
        _ => "the memory of the accelerators",
    };

    // How close the best candidate comes.
    private static string Nearest(DeploymentCandidate[] runnable, Constraint constraint)
    {
        var nearest = constraint switch
        {
            Constraint.Latency => runnable.MinBy(candidate => candidate.P95Seconds!.Value.Value),
            Constraint.Budget => runnable.MinBy(candidate => candidate.UsdPerHour?.Value ?? double.PositiveInfinity),
            Constraint.Accuracy => runnable.MaxBy(candidate => candidate.Quality.Level?.Value ?? double.NegativeInfinity),
            Constraint.Load => runnable.MinBy(candidate => candidate.Utilization!.Value.Value),
            _ => runnable.MinBy(candidate => candidate.MemoryBytes / (candidate.DeviceMemoryBytes ?? double.PositiveInfinity)),
        };
        return nearest!.Violations.FirstOrDefault(violation => violation.Constraint == constraint) is { } violation ? $"the nearest, {nearest.Name}: {violation.Text}" : nearest.Name;
    }
}
