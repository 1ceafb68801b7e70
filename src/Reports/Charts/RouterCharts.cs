using System.Globalization;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Charts;

/// <summary>How a mixture of experts used its experts while it was trained.</summary>
internal static class RouterCharts
{
    private const int MostPoints = 60;
    private const int MostMixtures = 6;

    // Name of a figure in the store, what a panel is called, whether it is a share.
    private static readonly (string Figure, string Panel)[] s_figures = [("load_imbalance", "busiest expert ÷ mean"), ("dropped_share", "share of choices dropped"), ("router_entropy", "router entropy (share of ln E)")];

    /// <summary>Balance over the steps, one line a training; null where nothing was recorded.</summary>
    public static Chart? Balance(IReadOnlyList<RecordedTraining> trainings)
    {
        var rows = trainings.SelectMany(training => s_figures.SelectMany(figure => Stretches([.. training.Metrics[figure.Figure].Select(point => (point.Step, point.Value))])
            .Select(stretch => Spec.Row(("training", training.Name), ("figure", figure.Panel), ("step", stretch.Step), ("value", stretch.Mean), ("low", stretch.Low), ("high", stretch.High))))).ToList();
        return rows.Count == 0 ? null : new(
            "router-balance", "Balance of the experts over the training",
            "1 in the first panel and in the last: every expert gets its even share. Lines: means of stretches of steps; bands: their least and largest step.",
            $"Small multiples of load imbalance, dropped share and router entropy over steps for {Plural(trainings.Count)}.",
            Spec.Parse($$"""
                {
                  "facet": { "field": "figure", "type": "nominal", "sort": {{Order}}, "title": null, "header": { "labelFontWeight": 600 } }, "columns": 3, "spacing": 26,
                  "resolve": { "scale": { "y": "independent" } },
                  "spec": { "width": 168, "height": 110,
                    "encoding": { "x": { "field": "step", "type": "quantitative", "title": "step", "axis": { "tickCount": 4 } } },
                    "layer": [
                      { "mark": { "type": "area", "color": "{muted}", "strokeWidth": 0, "opacity": 0.22 }, "encoding": { "detail": { "field": "training" }, "y": { "field": "low", "type": "quantitative", "title": "no unit", "scale": { "zero": true } }, "y2": { "field": "high" } } },
                      { "mark": { "type": "line" }, "encoding": { "color": { "field": "training", "type": "nominal", "sort": null, "title": null, "legend": { "columns": 2, "labelLimit": 320 } }, "strokeDash": { "field": "training", "type": "nominal", "sort": null, "title": null, "legend": { "columns": 2, "labelLimit": 320 } }, "y": { "field": "value", "type": "quantitative" }, "tooltip": [{ "field": "training" }, { "field": "figure" }, { "field": "step" }, { "field": "value", "format": ".3f" }] } }
                    ] }
                }
                """), rows);
    }

    /// <summary>Every expert's load over the steps, relative to an even share; null where nothing was recorded.</summary>
    public static Chart? Load(RecordedTraining training, string id)
    {
        var experts = training.Under("expert_load").Select(series => (Place: series.Key.Split('.'), series.Points)).Where(series => series.Place.Length == 2)
            .Select(series => (Mixture: Number(series.Place[0]), Expert: Number(series.Place[1]), series.Points)).ToList();
        if (experts.Count == 0)
            return null;
        var count = experts.Max(series => series.Expert) + 1;
        var mixtures = experts.Select(series => series.Mixture).Distinct().Order().ToList();
        var last = experts.Max(series => series.Points[^1].Step);
        var columns = (int)Math.Min(24, last);
        var rows = experts.Where(series => mixtures.IndexOf(series.Mixture) < MostMixtures).OrderBy(series => series.Mixture).ThenBy(series => series.Expert)
            .SelectMany(series => series.Points.GroupBy(point => (point.Step - 1) * columns / last).OrderBy(stretch => stretch.Key).Select(stretch => Spec.Row(
                ("mixture", $"mixture layer {series.Mixture + 1}"), ("expert", series.Expert + 1), ("first", stretch.Min(point => point.Step)),
                ("last", stretch.Max(point => point.Step)), ("load", stretch.Average(point => point.Value) * count)))).ToList();
        var note = mixtures.Count > MostMixtures ? $" The first {MostMixtures} of {mixtures.Count} mixture layers are drawn." : "";
        return new(
            id, $"Expert load, {training.Name}{Synthetic(training)}",
            $"Each row is an expert, each field a stretch of steps: its tokens over an even share of 1/{count}. White is even, blue more, orange less." + note,
            $"Heat map of the load of {count} experts over {last} steps in {mixtures.Count} mixture layers.",
            Spec.Parse($$"""
                {
                  "facet": { "field": "mixture", "type": "nominal", "sort": null, "title": null, "header": { "labelFontWeight": 600 } }, "columns": {{Math.Min(2, mixtures.Count)}}, "spacing": 22,
                  "spec": { "width": {{(mixtures.Count == 1 ? 560 : 268)}}, "height": { "step": {{(count > 16 ? 8 : 15)}} },
                    "mark": { "type": "rect", "stroke": "{paper}", "strokeWidth": 0.5 },
                    "encoding": {
                      "x": { "field": "first", "type": "ordinal", "title": "step", "axis": { "labelAngle": 0, "labelOverlap": true, "labelSeparation": 12, "ticks": false } }, "y": { "field": "expert", "type": "ordinal", "title": "expert", "axis": { "labelOverlap": true, "ticks": false, "domain": false } },
                      "color": { "field": "load", "type": "quantitative", "title": "load ÷ even share", "scale": { "domain": [0, 1, 2], "range": ["{bad}", "{paper}", "{first}"], "interpolate": "lab", "clamp": true }, "legend": { "values": [0, 1, 2], "labelExpr": "['0×', 'even', '2×'][datum.value]", "gradientLength": 220, "gradientThickness": 10 } },
                      "tooltip": [{ "field": "mixture" }, { "field": "expert" }, { "field": "first", "title": "from step" }, { "field": "last", "title": "to step" }, { "field": "load", "title": "load ÷ even", "format": ".2f" }] } }
                }
                """), rows);
    }

    internal static string Synthetic(RecordedTraining training) => training.Run.Synthetic ? " (synthetic data)" : "";

    private static string Order => System.Text.Json.JsonSerializer.Serialize(s_figures.Select(figure => figure.Panel));

    private static IEnumerable<(double Step, double Mean, double Low, double High)> Stretches(IReadOnlyList<(long Step, double Value)> points)
    {
        var size = Math.Max(1, (points.Count + MostPoints - 1) / MostPoints);
        return points.OrderBy(point => point.Step).Chunk(size).Select(chunk => (chunk.Average(point => point.Step), chunk.Average(point => point.Value), chunk.Min(point => point.Value), chunk.Max(point => point.Value)));
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Plural(int count) => count == 1 ? "1 training" : $"{count} trainings";
}
