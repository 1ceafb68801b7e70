using SparseProf.CostModel.Decisions.Deployment;
using SparseProf.Ops;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Sections;

/// <summary>Price, energy and carbon of a million inferences.</summary>
internal static class CostSection
{
    private const string Id = "cost";
    private const string Title = "Cost and carbon";
    private const double Million = 1e6;

    public static Section Build(DeploymentAdvice? advice)
    {
        if (advice is null || DeploymentEvidence.PerAccelerator(advice) is not { Count: > 0 } candidates)
            return Section.Without(Id, Title, "No price or power of an accelerator is known for what was measured, so neither cost nor carbon can be told.");
        return new(Id, Title,
        [
            new Block.Paragraph($"A million inferences of {advice.Question.Model} at {QuantityText.Digits(advice.Question.QueriesPerSecond)} requests a second: the cheapest dense deployment of each accelerator. Predicted from data sheets, 90 % intervals; idle time is counted."),
            new Block.TableBlock(Table(candidates)),
            new Block.Points([.. advice.Caveats.Select(Sentences.Capital)]),
        ]);
    }

    private static Table Table(IReadOnlyList<DeploymentCandidate> candidates) => new(
        "costs", "Predicted cost by accelerator",
        [
            Column.Text("profile", "accelerator"), Column.Text("dtype", "dtype"), new("batch", "batch"), new("replicas", "replicas"), new("p95", "p95 latency", Quantity.Time), new("utilization", "used", Quantity.Share),
            new("usd_per_million", "price (USD)"), new("joules_per_million", "energy", Quantity.Energy), new("gco2e_per_million", "carbon", Quantity.Carbon),
        ],
        [
            .. candidates.Select(candidate => new Cell[]
            {
                candidate.Profile, candidate.DType.Name(), candidate.Batch, candidate.Replicas?.Value, candidate.P95Seconds, candidate.Utilization?.Value,
                candidate.UsdPerMillion is null ? "unknown" : candidate.UsdPerMillion, candidate.JoulesPerInference?.Scale(Million), candidate.GramsPerMillion,
            }),
        ])
    { Dense = true };
}
