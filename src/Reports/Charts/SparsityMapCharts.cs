using System.Globalization;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Charts;

/// <summary>Where a training kept its weights: density by layer, pictures of the masks, in-degrees, turnover.</summary>
internal static class SparsityMapCharts
{
    private const int MostLayers = 12;

    /// <summary>Density of every masked layer; null where nothing was recorded.</summary>
    public static Chart? Densities(IReadOnlyList<RecordedTraining> trainings)
    {
        var rows = trainings.SelectMany(training => training.Under("layer_density").Select(layer =>
            Spec.Row(("training", training.Name), ("layer", layer.Key), ("density", layer.Points[^1].Value)))).ToList();
        var layers = rows.Select(row => (string)row["layer"]!).Distinct().Count();
        return rows.Count == 0 ? null : new(
            "layer-density", "Share of weights kept by layer",
            "Each mark is one masked layer at the end of its training. Layers that stay dense by the recipe are not masked and not drawn.",
            $"Dot plot of the density of {layers} layers of {trainings.Count} trainings.",
            Spec.Parse($$"""
                {
                  "height": { "step": {{(layers > 24 ? 11 : 17)}} },
                  "encoding": { "y": { "field": "layer", "type": "nominal", "sort": null, "title": null, "axis": { "labelLimit": 260, "grid": true, "ticks": false, "domain": false } },
                    "x": { "field": "density", "type": "quantitative", "title": "density (share of the layer's weights kept)", "scale": { "domain": [0, 1] }, "axis": { "format": ".0%" } },
                    "color": { "field": "training", "type": "nominal", "sort": null, "title": null, "legend": { "columns": 2, "labelLimit": 320 } }, "shape": { "field": "training", "type": "nominal", "sort": null, "title": null, "legend": { "columns": 2, "labelLimit": 320 } },
                    "tooltip": [{ "field": "training" }, { "field": "layer" }, { "field": "density", "format": ".1%" }] },
                  "mark": { "type": "point", "filled": true, "size": 50, "opacity": 0.9 }
                }
                """), rows);
    }

    /// <summary>Pictures of the masks; null where nothing was recorded.</summary>
    public static Chart? Maps(RecordedTraining training, string id)
    {
        var layers = training.Under("map").Select(series => (Key: series.Key, series.Points[^1].Value)).Select(cell => (Cut: Cut(cell.Key), cell.Value))
            .GroupBy(cell => cell.Cut.Layer).ToList();
        if (layers.Count == 0)
            return null;
        // A layer that is kept whole has nothing to show.
        var sparsest = layers.Where(layer => layer.Any(cell => cell.Value < 1)).OrderBy(layer => layer.Average(cell => cell.Value)).Take(MostLayers).ToHashSet();
        var drawn = layers.Where(sparsest.Contains).ToList();
        if (drawn.Count == 0)
            return null;
        var rows = drawn.SelectMany(layer => layer.OrderBy(cell => cell.Cut.Row).ThenBy(cell => cell.Cut.Column).Select(cell =>
            Spec.Row(("layer", $"{layer.Key}, {layer.Average(part => part.Value) * 100:0} %"), ("row", cell.Cut.Row), ("column", cell.Cut.Column), ("density", cell.Value)))).ToList();
        var note = drawn.Count < layers.Count ? $" Drawn: {drawn.Count} of {layers.Count} layers, the sparsest that are not kept whole." : "";
        return new(
            id, $"Sparsity maps, {training.Name}{RouterCharts.Synthetic(training)}",
            "Each square is one layer's matrix, outputs down and inputs across, cut into at most 16 × 16 parts; the darker a part, the more of its weights are kept." + note,
            $"Pictures of the masks of {drawn.Count} layers.",
            Spec.Parse($$"""
                {
                  "facet": { "field": "layer", "type": "nominal", "sort": null, "title": null, "header": { "labelFontSize": 9.5, "labelLimit": 150 } }, "columns": 4, "spacing": { "row": 12, "column": 20 },
                  "spec": { "width": 132, "height": 132, "mark": { "type": "rect" },
                    "encoding": {
                      "x": { "field": "column", "type": "ordinal", "axis": null, "scale": { "padding": 0 } }, "y": { "field": "row", "type": "ordinal", "axis": null, "scale": { "padding": 0 } },
                      "color": { "field": "density", "type": "quantitative", "title": "density", "scale": { "range": ["{paper}", "{first}"], "interpolate": "lab", "domain": [0, {{Top(rows)}}] }, "legend": { "format": ".0%", "tickCount": 3, "gradientLength": 220, "gradientThickness": 10 } },
                      "tooltip": [{ "field": "layer" }, { "field": "row" }, { "field": "column" }, { "field": "density", "format": ".1%" }] } },
                  "resolve": { "scale": { "x": "independent", "y": "independent" } }
                }
                """), rows);
    }

    /// <summary>How many inputs the outputs of a layer see; null where nothing was recorded.</summary>
    public static Chart? InDegrees(RecordedTraining training, string id)
    {
        var rows = training.Under("in_degree").Select(series => (Place: series.Key.LastIndexOf('.'), series.Key, series.Points[^1].Value)).Where(cell => cell.Place > 0)
            .Select(cell => (Layer: cell.Key[..cell.Place], Bin: int.Parse(cell.Key[(cell.Place + 1)..], CultureInfo.InvariantCulture), cell.Value))
            .Select(cell => Spec.Row(("layer", cell.Layer), ("bin", $"{cell.Bin * 10}–{cell.Bin * 10 + 10} %"), ("share", cell.Value))).ToList();
        var layers = rows.Select(row => (string)row["layer"]!).Distinct().Count();
        return rows.Count == 0 || layers > 40 ? null : new(
            id, $"In-degrees, {training.Name}{RouterCharts.Synthetic(training)}",
            "Each row is a layer: which share of its outputs sees how many of its inputs. A row in one field: all outputs see equally many; a spread row: some see far more than others.",
            $"Heat map of in-degrees over {layers} layers.",
            Spec.Parse($$"""
                {
                  "height": { "step": 19 },
                  "encoding": { "x": { "field": "bin", "type": "ordinal", "sort": null, "title": "in-degree (share of the inputs seen)", "axis": { "labelAngle": 0, "ticks": false } }, "y": { "field": "layer", "type": "nominal", "sort": null, "title": null, "axis": { "labelLimit": 260, "ticks": false, "domain": false } } },
                  "layer": [
                    { "mark": { "type": "rect", "stroke": "{paper}", "strokeWidth": 1 }, "encoding": { "color": { "field": "share", "type": "quantitative", "title": "share of outputs", "scale": { "domain": [0, 1], "range": ["{paper}", "{first}"], "interpolate": "lab" }, "legend": { "format": ".0%", "tickCount": 3, "gradientLength": 220, "gradientThickness": 10 } }, "tooltip": [{ "field": "layer" }, { "field": "bin" }, { "field": "share", "format": ".1%" }] } },
                    { "transform": [{ "filter": "datum.share >= 0.005" }], "mark": { "type": "text", "fontSize": 9.5 }, "encoding": { "text": { "field": "share", "format": ".0%" }, "color": { "condition": { "test": "datum.share > 0.5", "value": "{paper}" }, "value": "{ink}" } } }
                  ]
                }
                """), rows);
    }

    /// <summary>How much of the masks each update replaced; null where masks never changed.</summary>
    public static Chart? Turnover(IReadOnlyList<RecordedTraining> trainings)
    {
        var rows = trainings.SelectMany(training => training.Metrics["mask_turnover"].OrderBy(point => point.Step).Select(point => Spec.Row(("training", training.Name), ("step", point.Step), ("turnover", point.Value)))).ToList();
        return rows.Count == 0 ? null : new(
            "mask-turnover", "Turnover of the masks",
            "Each mark is one update of the masks: the share of kept weights that it replaced. It falls as a dynamic method settles.",
            $"Lines of mask turnover over steps, {rows.Count} updates.",
            Spec.Parse("""
                {
                  "height": 120,
                  "encoding": { "x": { "field": "step", "type": "quantitative", "title": "step", "axis": { "tickCount": 6 } }, "y": { "field": "turnover", "type": "quantitative", "title": "weights replaced", "axis": { "format": ".0%", "tickCount": 5 } } },
                  "layer": [
                    { "mark": { "type": "line" }, "encoding": { "stroke": { "field": "training", "type": "nominal", "sort": null, "legend": null } } },
                    { "mark": { "type": "point", "filled": true, "size": 40, "opacity": 1 }, "encoding": { "color": { "field": "training", "type": "nominal", "sort": null, "title": null, "legend": { "columns": 2, "labelLimit": 320 } }, "shape": { "field": "training", "type": "nominal", "sort": null, "title": null, "legend": { "columns": 2, "labelLimit": 320 } }, "tooltip": [{ "field": "training" }, { "field": "step" }, { "field": "turnover", "format": ".1%" }] } }
                  ]
                }
                """), rows);
    }

    private static string Top(List<System.Text.Json.Nodes.JsonObject> rows) => Math.Max(0.01, rows.Max(row => (double)row["density"]!)).ToString("0.####", CultureInfo.InvariantCulture);

    // LAYER.ROW.COLUMN; the layer's path has dots of its own.
    private static (string Layer, int Row, int Column) Cut(string key)
    {
        var parts = key.Split('.');
        return (string.Join('.', parts[..^2]), int.Parse(parts[^2], CultureInfo.InvariantCulture), int.Parse(parts[^1], CultureInfo.InvariantCulture));
    }
}
