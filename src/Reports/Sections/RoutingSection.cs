using SparseProf.Reports.Charts;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Sections;

/// <summary>Figures of training steps that show how experts are used and where weights are kept.</summary>
internal static class RoutingSection
{
    private const string Id = "experts";
    private const string Title = "Expert load and sparsity maps";
    private const int MostSteps = 200;

    public static Section Build(ReportEvidence evidence)
    {
        var series = evidence.Trainings.SelectMany(training => evidence.TrainingMetrics[training.Id].GroupBy(metric => metric.Name)
            .Select(metric => (Training: training, Name: metric.Key, Points: metric.ToList()))).Where(entry => entry.Points.Count > 0).ToList();
        if (series.Count == 0)
            return Section.Without(Id, Title, "No training recorded expert load or layer densities.");
        var blocks = new List<Block>();
        foreach (var (training, number) in series.Select(entry => entry.Training).DistinctBy(training => training.Id).Take(4).Select((training, number) => (training, number)))
        {
            var rows = series.Where(entry => entry.Training.Id == training.Id).SelectMany(entry => Thin(entry.Points).Select(point =>
                Spec.Row(("metric", entry.Name), ("step", point.Step), ("value", point.Value)))).ToList();
            blocks.Add(new Block.ChartBlock(new(
                $"training-{number + 1}", $"{training.Workload}, {training.Method}: figures of the training{(training.Synthetic ? " (synthetic data)" : "")}",
                "Each panel is one figure that the training recorded, against its steps.", $"Small multiples of {rows.Count} recorded figures over steps.",
                Spec.Parse("""
                    {
                      "facet": { "field": "metric", "type": "nominal", "title": null, "header": { "labelFontWeight": 600 } }, "columns": 3,
                      "resolve": { "scale": { "y": "independent" } },
                      "spec": { "width": 172, "height": 90, "mark": { "type": "line", "color": "{first}" }, "encoding": { "x": { "field": "step", "type": "quantitative", "title": "step", "axis": { "tickCount": 4 } }, "y": { "field": "value", "type": "quantitative", "title": "value (no unit)", "scale": { "zero": false } }, "tooltip": [{ "field": "metric" }, { "field": "step" }, { "field": "value", "format": ".4~r" }] } }
                    }
                    """), rows)));
        }

        return new(Id, Title, blocks);
    }

    private static IEnumerable<Store.Rows.TrainingMetricRow> Thin(List<Store.Rows.TrainingMetricRow> points) =>
        points.Where((_, i) => i % Math.Max(1, points.Count / MostSteps) == 0);
}
