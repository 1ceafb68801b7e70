using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Charts;

/// <summary>The paper's figures 2 and 3 with our measurements beside them.</summary>
internal static class PaperCharts
{
    public static Chart AccuracyAgainstWork(IReadOnlyList<PaperRow> paper, IReadOnlyList<TrainedModel> trained)
    {
        var rows = paper.Select(row => Spec.Row(("panel", "as the paper states it"), ("name", row.Name), ("source", "paper"), ("work", row.Flops), ("accuracy", row.Accuracy), ("kind", row.Sparse ? "sparse" : "dense"))).ToList();
        var drawn = trained.Where(model => model.Work is not null).ToList();
        rows.AddRange(drawn.Select(model => Spec.Row(("panel", $"measured here, {model.DataSet}"), ("name", model.Name), ("source", "measured"), ("work", model.Work), ("kind", model.Sparse ? "sparse" : "dense")).With("accuracy", model.Accuracy)));
        return new(
            "accuracy-work", "Accuracy against inference FLOPs (the paper's figure 2)",
            "Open marks: as the paper's table II states them, without intervals. Filled marks: measured here, with 95 % intervals; the panels have axes of their own, as their data sets differ."
                + (trained.Count == 0 ? " Nothing was trained in this database yet, so only the paper's points are drawn." : ""),
            $"Scatter of accuracy against FLOPs: {paper.Count} points of the paper, {trained.Count} measured.",
            Spec.Parse($$"""
                {
                  "facet": { "field": "panel", "type": "nominal", "sort": null, "title": null, "header": { "labelFontWeight": 600 } }, "columns": 2, "spacing": 34,
                  "resolve": { "scale": { "y": "independent", "x": "independent" } },
                  "spec": { "width": {{(drawn.Count > 0 ? 268 : 580)}}, "height": {{(drawn.Select(model => model.DataSet).Distinct().Count() > 1 ? 140 : 190)}},
                    "encoding": {
                      "x": { "field": "work", "type": "quantitative", "scale": { "type": "log", "nice": false, "padding": 62 }, "title": "FLOP of one inference (logarithmic)", "axis": { "format": ".3~s", "tickCount": 4, "labelOverlap": "greedy", "labelSeparation": 8 } },
                      "y": { "field": "accuracy", "type": "quantitative", "scale": { "zero": false, "padding": 20 }, "title": "accuracy", "axis": { "format": ".1~%", "tickCount": 5 } },
                      "color": { "field": "kind", "type": "nominal", "title": "model", "scale": { "domain": ["dense", "sparse"], "range": ["{ink}", "{first}"] } },
                      "shape": { "field": "kind", "type": "nominal", "title": "model", "scale": { "domain": ["dense", "sparse"], "range": ["square", "circle"] } } },
                    "layer": [
                      { "mark": { "type": "rule" }, "encoding": { "y": { "field": "accuracy_low", "type": "quantitative" }, "y2": { "field": "accuracy_high" }, "shape": null } },
                      { "transform": [{ "filter": "datum.source == 'paper'" }], "mark": { "type": "point", "size": 60 }, "encoding": { "tooltip": [{ "field": "name" }, { "field": "source" }, { "field": "accuracy", "format": ".1%" }, { "field": "work", "format": ".3~s" }] } },
                      { "transform": [{ "filter": "datum.source == 'measured'" }], "mark": { "type": "point", "size": 60, "filled": true, "opacity": 1 }, "encoding": { "tooltip": [{ "field": "name" }, { "field": "source" }, { "field": "accuracy", "format": ".1%" }, { "field": "work", "format": ".3~s" }] } },
                      { "transform": [{ "filter": "datum.kind == 'dense'" }], "mark": { "type": "text", "align": "center", "dy": -10, "fontSize": 9.5, "color": "{ink}" }, "encoding": { "text": { "field": "name" }, "color": { "value": "{ink}" }, "shape": null } },
                      { "transform": [{ "filter": "datum.kind == 'sparse'" }], "mark": { "type": "text", "align": "center", "dy": 14, "fontSize": 9.5, "color": "{ink}" }, "encoding": { "text": { "field": "name" }, "color": { "value": "{ink}" }, "shape": null } }
                    ] }
                }
                """),
            rows);
    }

    public static Chart InferenceTimes(IReadOnlyList<(PaperRow Paper, Ops.Statistics.Estimate Measured)> pairs)
    {
        var rows = pairs.SelectMany(pair => new[]
        {
            Spec.Row(("name", pair.Paper.Name), ("source", "paper"), ("time_s", pair.Paper.Seconds)),
            Spec.Row(("name", pair.Paper.Name), ("source", "measured")).With("time_s", pair.Measured),
        }).ToList();
        return new(
            "inference-times", "Inference time, paper beside measured (the paper's figure 3)",
            "The paper does not say on which hardware its times were taken; compare the order of the models, not the milliseconds.",
            $"Dot plot of inference times of {pairs.Count} models.",
            Spec.Parse("""
                {
                  "height": { "step": 30 },
                  "encoding": { "y": { "field": "name", "type": "nominal", "sort": null, "title": null, "axis": { "grid": true, "ticks": false, "domain": false } },
                    "color": { "field": "source", "type": "nominal", "title": null, "scale": { "domain": ["measured", "paper"], "range": ["{first}", "{muted}"] } } },
                  "layer": [
                    { "mark": { "type": "rule", "strokeWidth": 3, "opacity": 0.5 }, "encoding": { "x": { "field": "time_s_low", "type": "quantitative", "scale": { "type": "log", "nice": false, "padding": 16 }, "title": "time of one inference ({time}, logarithmic)", "axis": { "format": "~r" } }, "x2": { "field": "time_s_high" } } },
                    { "mark": { "type": "point", "filled": true, "size": 70, "opacity": 1 }, "encoding": { "x": { "field": "time_s", "type": "quantitative" }, "shape": { "field": "source", "type": "nominal", "title": null, "scale": { "domain": ["measured", "paper"], "range": ["circle", "diamond"] } }, "tooltip": [{ "field": "name" }, { "field": "source" }, { "field": "time_s", "title": "time ({time})", "format": ".3~r" }] } }
                  ]
                }
                """),
            rows)
        { Units = ModelCharts.Times("time_s") };
    }
}
