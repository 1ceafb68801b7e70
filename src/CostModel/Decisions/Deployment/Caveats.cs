using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Decisions.Deployment;

/// <summary>What the reader of an advice has to know before believing it.</summary>
internal static class Caveats
{
    public static IEnumerable<string> Of(DeploymentQuestion question, IReadOnlyList<DeploymentCandidate> candidates, DeploymentCandidate? best)
    {
        if (question.Objective == Objective.Price)
        {
            string[] unpriced = [.. question.Profiles.Where(profile => profile.PriceUsdPerHour is null).Select(profile => profile.Id)];
            if (unpriced.Length > 0)
                yield return $"no price is known of {string.Join(", ", unpriced)}: they are not ranked by price; give --price ID=USD";
            yield return "prices in profiles mix sellers and years: override them with --price ID=USD";
        }

        if (best?.ServiceSeconds is { Provenance: Provenance.DataSheet })
            yield return $"latency on {best.Profile} comes from its data sheet alone: measure it, or give --prior or --calibration";
        if (best is { OutOfRange: true })
            yield return $"shapes of this model lie outside what was measured for {best.Profile}";
        if (best is { Quality.Source: QualitySource.Unknown })
            yield return $"the quality of {best.Pattern} {Ops.DTypes.Name(best.DType)} is not known: evaluate it before deploying";
        if (question.Region is null)
            yield return "no --region was given, so no carbon is told";
        else
            yield return $"carbon is operational only, at the yearly mean of {question.Region.Name} ({question.Region.GramsPerKilowattHour:0} gCO2e/kWh) and a PUE of {question.Pue.Value:0.00} ({question.Pue.Site})";
        if (candidates.Any(candidate => candidate.Violations.Any(violation => violation.Constraint == Constraint.Memory)))
            yield return "a replica is one accelerator: models are not split over several";
        if (question.Profiles.All(profile => profile.Number("idle_power_w").Value is null))
            yield return "idle power is taken as a quarter of the power limit where a profile does not give it";
    }
}
