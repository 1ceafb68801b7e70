namespace SparseProf.CostModel.Decisions.Deployment;

/// <summary>Which assumption changes the decision, and where.</summary>
internal sealed class SensitivityProbe(DeploymentQuestion question, DeploymentCandidate best, IReadOnlyList<DeploymentCandidate> candidates)
{
    // Prices of one accelerator differ by this much among sellers and years.
    private const double PriceSpread = 2;

    /// <summary>The decision under a changed assumption beside the decision as it stands.</summary>
    public Sensitivity Compare(string assumption, string stated, string changed, DeploymentCandidate? then, bool plausible)
    {
        var same = then is not null && then.Profile == best.Profile && then.Pattern == best.Pattern && then.DType == best.DType;
        return same
            ? new(assumption, stated, changed, null, null, false)
            : new(assumption, stated, changed, changed, then?.Name ?? "nothing keeps the constraints", plausible);
    }

    /// <summary>Assumptions whose turning point follows from what is already computed.</summary>
    public IEnumerable<Sensitivity> Analytic()
    {
        var eligible = candidates.Where(candidate => candidate.Feasible && (candidate.IsDense || Choice.IsFaster(candidate))).ToArray();
        if (question.Objective == Objective.Price && best.UsdPerMillion is { } price
            && eligible.Where(candidate => candidate.Profile != best.Profile && candidate.UsdPerMillion is not null).MinBy(candidate => candidate.UsdPerMillion!.Value.Value) is { } rival)
        {
            var factor = rival.UsdPerMillion!.Value.Value / price.Value;
            yield return new($"price of {best.Profile}", "as in its profile", "any", $"{factor:0.00} times that", rival.Name, factor < PriceSpread);
        }

        var unpriced = eligible.Where(candidate => candidate.UsdPerMillion is null).MinBy(candidate => candidate.Replicas!.Value.Value);
        if (question.Objective == Objective.Price && unpriced is not null && best.UsdPerHour is { } hourly)
        {
            var limit = hourly.Value / unpriced.Replicas!.Value.Value;
            yield return new($"price of {unpriced.Profile}", "unknown", "any", $"below {limit:0.00} USD/h", unpriced.Name, true);
        }

        if (best.Quality.Source == QualitySource.Unknown)
            yield return new($"quality of {best.Pattern} {Ops.DTypes.Name(best.DType)}", "unknown", "any", "any loss that is not acceptable", eligible.FirstOrDefault(candidate => candidate.Quality.Source != QualitySource.Unknown)?.Name, true);
    }
}
