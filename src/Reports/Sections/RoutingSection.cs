using SparseProf.Reports.Charts;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Sections;

/// <summary>How experts were used and where weights were kept, from what trainings recorded.</summary>
internal static class RoutingSection
{
    private const string Id = "experts";
    private const string Title = "Expert load and sparsity maps";
    private const int MostTrainings = 3;

    public static Section Build(ReportEvidence evidence)
    {
        var trainings = RecordedTraining.Of(evidence);
        var mixtures = trainings.Where(training => training.Metrics.Contains("load_imbalance")).ToList();
        var masked = trainings.Where(training => training.Under("layer_density").Any()).ToList();
        var charts = new List<Chart?> { RouterCharts.Balance(mixtures) };
        charts.AddRange(mixtures.Take(MostTrainings).Select((training, i) => RouterCharts.Load(training, $"expert-load-{i + 1}")));
        charts.AddRange([SparsityMapCharts.Densities(masked), SparsityMapCharts.Turnover(masked)]);
        charts.AddRange(masked.Take(MostTrainings).SelectMany((training, i) => new[] { SparsityMapCharts.Maps(training, $"sparsity-map-{i + 1}"), SparsityMapCharts.InDegrees(training, $"in-degree-{i + 1}") }));
        var blocks = charts.OfType<Chart>().Select(chart => (Block)new Block.ChartBlock(chart)).ToList();
        if (blocks.Count == 0)
            return Section.Without(Id, Title, "No training recorded expert load or layer densities.");
        blocks.Insert(0, new Block.Paragraph($"From {Plural.Of(trainings.Count, "training")} in this database, the newest of each model and method."
            + (mixtures.Count > MostTrainings || masked.Count > MostTrainings ? $" Maps of the first {MostTrainings} of a kind are drawn; choose runs with --runs." : "")));
        return new(Id, Title, blocks);
    }
}
