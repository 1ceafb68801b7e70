using System.Text.Json.Nodes;
using SparseProf.CostModel.Scaling;
using SparseProf.CostModel.Scaling.Advice;
using SparseProf.CostModel.Scaling.Fitting;
using SparseProf.Reports.Document;

namespace SparseProf.Reports.Charts;

/// <summary>The scaling law in pictures: fit, residuals, IsoFLOP curves, and cost against sparsity.</summary>
internal static class ScalingSpecs
{
    private const string Tokens = "\"scale\": { \"scheme\": { \"name\": \"viridis\", \"extent\": [0.05, 0.85] } }";

    public static Chart Fit(ScalingFit fit)
    {
        var rows = Rows(ScalingCharts.Observed(fit), "loss");
        rows.AddRange(Rows(ScalingCharts.Fitted(fit), "fitted"));
        return new(
            "scaling-fit", "Loss against model size",
            "Marks: runs. Lines: the fitted law at the median number of tokens, so runs with more tokens lie below their line.",
            $"Scatter of {fit.Table.Rows.Count} losses over parameters with the fitted curves.",
            Spec.Parse($$"""
                {
                  "height": 215,
                  "encoding": { "x": { "field": "n", "type": "quantitative", "scale": { "type": "log", "nice": false, "padding": 10 }, "title": "parameters N (logarithmic)", "axis": { "format": "~s", "tickCount": 6 } }, "color": { "field": "series", "type": "ordinal", "title": "sparsity", {{Tokens}} } },
                  "layer": [
                    { "transform": [{ "filter": "isValid(datum.fitted)" }], "mark": { "type": "line" }, "encoding": { "y": { "field": "fitted", "type": "quantitative", "scale": { "type": "log", "nice": false, "zero": false, "padding": 8 }, "title": "loss (logarithmic)", "axis": { "format": "~r" } } } },
                    { "mark": { "type": "point", "size": 26, "filled": true, "opacity": 0.75 }, "encoding": { "y": { "field": "loss", "type": "quantitative" }, "tooltip": [{ "field": "series" }, { "field": "n", "title": "N", "format": ".3~s" }, { "field": "loss", "format": ".4f" }] } }
                  ]
                }
                """),
            rows);
    }

    public static Chart Residuals(ScalingFit fit)
    {
        var rows = Rows(ScalingCharts.Residuals(fit), "residual");
        return new(
            "scaling-residuals", "Residuals of the fit",
            "(L − L̂)/L̂ of each run; a law that misses something shows as a pattern, not as scatter around zero. Dashed: ± the mean absolute error.",
            $"Scatter of {rows.Count} relative residuals over parameters.",
            Spec.Parse($$"""
                {
                  "height": 130,
                  "layer": [
                    { "mark": { "type": "rule", "color": "{ink}" }, "encoding": { "y": { "datum": 0 } } },
                    { "mark": { "type": "rule", "color": "{muted}", "strokeDash": [3, 3] }, "encoding": { "y": { "datum": {{fit.MeanAbsoluteError:0.######}} } } },
                    { "mark": { "type": "rule", "color": "{muted}", "strokeDash": [3, 3] }, "encoding": { "y": { "datum": {{-fit.MeanAbsoluteError:0.######}} } } },
                    { "mark": { "type": "point", "size": 24, "filled": true, "opacity": 0.75 },
                      "encoding": { "x": { "field": "n", "type": "quantitative", "scale": { "type": "log", "nice": false, "padding": 10 }, "title": "parameters N (logarithmic)", "axis": { "format": "~s", "tickCount": 6 } }, "y": { "field": "residual", "type": "quantitative", "title": "residual (share of the loss)", "scale": { "padding": 6 }, "axis": { "format": "~%", "tickCount": 5 } },
                        "color": { "field": "series", "type": "ordinal", "title": "sparsity", {{Tokens}} },
                        "tooltip": [{ "field": "series" }, { "field": "n", "title": "N", "format": ".3~s" }, { "field": "residual", "format": ".2%" }] } }
                  ]
                }
                """),
            rows);
    }

    /// <summary>Null where the law gives a budget no best split.</summary>
    public static Chart? IsoFlop(SavedFit fit)
    {
        if (fit.Range is not { } range || !double.IsFinite(range.Compute))
            return null;
        var budgets = Enumerable.Range(-1, 4).Select(power => Math.Pow(10, Math.Floor(Math.Log10(range.Compute)) + power)).ToList();
        var curves = ScalingCharts.IsoFlop(fit, budgets).Where(curve => curve.Points.Count > 0).ToList();
        if (curves.Count == 0)
            return null;
        var rows = Rows(curves, "loss");
        rows.AddRange(curves.Select(curve => (curve.Name, Best: curve.Points.MinBy(point => point.Y))).Select(curve => Spec.Row(("series", curve.Name), ("n", curve.Best.X), ("best", curve.Best.Y))));
        return new(
            "isoflop", "Loss against model size at fixed compute (IsoFLOP)",
            $"Along a line N grows and D shrinks at the same C = 6·N·D, at S = 0. The mark is the compute-optimal size. Budgets beyond {range.Compute:0.#e+0} FLOP, the largest run fitted, are extrapolation.",
            $"{curves.Count} curves of loss against parameters with their minima.",
            Spec.Parse($$"""
                {
                  "height": 185,
                  "encoding": { "x": { "field": "n", "type": "quantitative", "scale": { "type": "log", "nice": false, "padding": 10 }, "title": "parameters N (logarithmic)", "axis": { "format": "~s", "tickCount": 7 } }, "color": { "field": "series", "type": "ordinal", "title": "compute", "sort": null, {{Tokens}} } },
                  "layer": [
                    { "transform": [{ "filter": "isValid(datum.loss)" }], "mark": { "type": "line" }, "encoding": { "y": { "field": "loss", "type": "quantitative", "scale": { "type": "log", "nice": false, "zero": false, "padding": 8 }, "title": "loss (logarithmic)", "axis": { "format": "~r" } }, "tooltip": [{ "field": "series" }, { "field": "n", "title": "N", "format": ".3~s" }, { "field": "loss", "format": ".4f" }] } },
                    { "mark": { "type": "point", "filled": true, "size": 60, "opacity": 1 }, "encoding": { "y": { "field": "best", "type": "quantitative" } } }
                  ]
                }
                """),
            rows);
    }

    public static Chart BestSparsity(IReadOnlyList<(string Format, SparsityAdvice Advice)> answers)
    {
        var rows = answers.SelectMany(answer => answer.Advice.Curve.Where((_, i) => i % 6 == 0).Select(point => Spec.Row(
            ("format", answer.Format), ("sparsity", point.Sparsity), ("cost", point.Cost), ("score", double.IsNaN(point.Score) ? null : point.Score), ("loss", point.Best.Loss)))).ToList();
        var separable = rows.Exists(row => row["score"] is not null);
        rows.AddRange(answers.Select(answer => Spec.Row(("format", answer.Format), ("star", answer.Advice.Best.Sparsity), ("value", separable ? answer.Advice.Best.Score : answer.Advice.Best.Best.Loss),
            ("star_low", answer.Advice.SparsityInterval?.Low), ("star_high", answer.Advice.SparsityInterval?.High))));
        var palette = Palette.Of(rows);
        var field = separable ? "score" : "loss";
        return new(
            "s-star", "The best sparsity on this device, S*",
            (separable ? "Line: f(S)·h(S)^α relative to dense; the lowest point is S*." : "Line: the least loss at the budget.") + " Mark: S*, with the 95 % interval over resamples of the fit and of the measured cost.",
            $"Curves over sparsity for {answers.Count} formats with their minima.",
            Spec.Parse($$"""
                {
                  "height": 180,
                  "encoding": { "color": { "field": "format", "type": "nominal", "title": "format", "scale": {{palette.Colors}} } },
                  "layer": [
                    { "transform": [{ "filter": "isValid(datum.{{field}})" }], "mark": { "type": "line" }, "encoding": { "x": { "field": "sparsity", "type": "quantitative", "title": "sparsity S", "axis": { "format": ".0%" }, "scale": { "domain": [0, 1] } }, "y": { "field": "{{field}}", "type": "quantitative", "scale": { "zero": false }, "title": "{{(separable ? "score relative to dense" : "loss")}}" }, "tooltip": [{ "field": "format" }, { "field": "sparsity", "format": ".1%" }, { "field": "cost", "title": "relative cost h", "format": ".3f" }, { "field": "{{field}}", "format": ".4f" }] } },
                    { "mark": { "type": "rule", "strokeWidth": 5, "opacity": 0.4 }, "encoding": { "x": { "field": "star_low", "type": "quantitative" }, "x2": { "field": "star_high" }, "y": { "field": "value", "type": "quantitative" } } },
                    { "mark": { "type": "point", "filled": true, "size": 80, "opacity": 1 }, "encoding": { "x": { "field": "star", "type": "quantitative" }, "y": { "field": "value", "type": "quantitative" }, "shape": { "field": "format", "type": "nominal", "title": "format", "scale": {{palette.Shapes}} } } }
                  ]
                }
                """),
            rows);
    }

    private static List<JsonObject> Rows(IEnumerable<ChartSeries> series, string field) =>
        [.. series.SelectMany(line => line.Points.Select(point => Spec.Row(("series", line.Name), ("n", point.X), (field, point.Y))))];
}
