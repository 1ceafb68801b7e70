using SparseProf.CostModel.Decisions.Deployment;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Reports.Document;

namespace SparseProf.Reports.Charts;

/// <summary>One model on many accelerators, and its deployments by price and latency.</summary>
internal static class AcceleratorChart
{
    /// <param name="predictions">Dense, batch 1.</param>
    public static Chart Latency(string model, IReadOnlyList<DeploymentCandidate> predictions, IReadOnlyList<(string Device, string How, Estimate Time)> measured)
    {
        var rows = predictions.Select(candidate => Spec.Row(("name", $"{candidate.Profile}, {candidate.DType.Name()}"), ("how", "predicted from the data sheet")).With("time_s", candidate.ServiceSeconds!.Value))
            .Concat(measured.Select(device => Spec.Row(("name", $"{device.Device}, measured"), ("how", "measured")).With("time_s", device.Time)))
            .OrderBy(row => (double)row["time_s"]!).ToList();
        return new(
            "accelerators", $"Time of one dense pass of {model}, batch 1",
            "Open marks are predictions from data sheets with 90 % intervals: orders of magnitude, not promises. A filled mark was measured here" + (measured.Count > 0 ? $", in {string.Join("; ", measured.Select(device => device.How).Distinct())}," : "") + " with its 95 % interval; predictions count 5 µs of host time a kernel, which a graph does not need.",
            $"Dot plot of {predictions.Count} predicted and {measured.Count} measured times.",
            Spec.Parse("""
                {
                  "height": { "step": 13 },
                  "encoding": { "y": { "field": "name", "type": "nominal", "sort": null, "title": null, "axis": { "labelLimit": 280, "grid": true, "ticks": false, "domain": false } },
                    "color": { "field": "how", "type": "nominal", "title": null, "scale": { "domain": ["measured", "predicted from the data sheet"], "range": ["{first}", "{muted}"] }, "legend": { "symbolOpacity": 1 } } },
                  "layer": [
                    { "mark": { "type": "rule", "strokeWidth": 2.5, "opacity": 0.5 }, "encoding": { "x": { "field": "time_s_low", "type": "quantitative", "scale": { "type": "log", "nice": false, "padding": 14 }, "title": "time of one pass ({time}, logarithmic)", "axis": { "format": "~r" } }, "x2": { "field": "time_s_high" } } },
                    { "transform": [{ "filter": "datum.how != 'measured'" }], "mark": { "type": "point", "size": 40, "fill": "{paper}" }, "encoding": { "x": { "field": "time_s", "type": "quantitative" }, "tooltip": [{ "field": "name" }, { "field": "how" }, { "field": "time_s", "title": "time ({time})", "format": ".3~r" }, { "field": "time_s_low", "title": "low", "format": ".3~r" }, { "field": "time_s_high", "title": "high", "format": ".3~r" }] } },
                    { "transform": [{ "filter": "datum.how == 'measured'" }], "mark": { "type": "point", "size": 70, "filled": true, "opacity": 1 }, "encoding": { "x": { "field": "time_s", "type": "quantitative" }, "tooltip": [{ "field": "name" }, { "field": "how" }, { "field": "time_s", "title": "time ({time})", "format": ".3~r" }] } }
                  ]
                }
                """),
            rows)
        { Units = ModelCharts.Times("time_s") };
    }

    /// <summary>Feasible deployments by price and latency, the Pareto front connected.</summary>
    public static Chart? Pareto(DeploymentAdvice advice)
    {
        var priced = advice.Candidates.Where(candidate => candidate is { Feasible: true, UsdPerMillion: not null, P95Seconds: not null }).ToList();
        if (priced.Count < 2)
            return null;
        var front = new List<DeploymentCandidate>();
        foreach (var candidate in priced.OrderBy(candidate => candidate.UsdPerMillion!.Value.Value).ThenBy(candidate => candidate.P95Seconds!.Value.Value))
        {
            if (front.Count == 0 || candidate.P95Seconds!.Value.Value < front[^1].P95Seconds!.Value.Value)
                front.Add(candidate);
        }

        // The best of each accelerator and pattern by price and by latency: all of them would be a cloud.
        var shown = priced.GroupBy(candidate => (candidate.Profile, candidate.Pattern)).SelectMany(same => new[] { same.MinBy(candidate => candidate.UsdPerMillion!.Value.Value)!, same.MinBy(candidate => candidate.P95Seconds!.Value.Value)! })
            .Concat(front).Append(advice.Recommended).OfType<DeploymentCandidate>().Where(candidate => candidate.UsdPerMillion is not null).Distinct().ToList();
        var middle = Math.Sqrt(front[0].UsdPerMillion!.Value.Value * front[^1].UsdPerMillion!.Value.Value);
        var labels = Labels(front.GroupBy(candidate => candidate.Profile).Select(same => same.First()).ToList());
        var rows = shown.Select(candidate => Spec.Row(
            ("name", candidate.Name), ("profile", candidate.Profile), ("format", Evidence.Formats.Of(candidate.Pattern.Text)), ("front", front.Contains(candidate)),
            ("label", labels.GetValueOrDefault(candidate)), ("side", labels.ContainsKey(candidate) && candidate.UsdPerMillion!.Value.Value > middle ? "left" : "right"))
            .With("usd_per_million", candidate.UsdPerMillion!.Value).With("time_s", candidate.P95Seconds!.Value)).ToList();
        var palette = Palette.Of(rows);
        return new(
            "pareto", $"Price against latency of {advice.Question.Model} at {QuantityText.Digits(advice.Question.QueriesPerSecond)} requests a second",
            $"{shown.Count} of {priced.Count} deployments with a known price that keep the constraints: the cheapest and the fastest of each accelerator and pattern. Line and names: none is both cheaper and faster. Faint bars: 90 % intervals. Predicted from data sheets.",
            $"Scatter of price against the 95th percentile of latency for {shown.Count} deployments; {front.Count} lie on the Pareto front.",
            Spec.Parse($$"""
                {
                  "height": 240,
                  "encoding": {
                    "x": { "field": "usd_per_million", "type": "quantitative", "scale": { "type": "log", "nice": false, "padding": 12 }, "title": "price of a million inferences (USD, logarithmic)", "axis": { "format": "~r" } },
                    "y": { "field": "time_s", "type": "quantitative", "scale": { "type": "log", "nice": false, "padding": 8 }, "title": "p95 latency ({time}, logarithmic)", "axis": { "format": "~r" } } },
                  "layer": [
                    { "transform": [{ "filter": "datum.front" }], "mark": { "type": "rule", "opacity": 0.35, "color": "{muted}" }, "encoding": { "x": { "field": "usd_per_million_low", "type": "quantitative" }, "x2": { "field": "usd_per_million_high" } } },
                    { "transform": [{ "filter": "datum.front" }], "mark": { "type": "rule", "opacity": 0.35, "color": "{muted}" }, "encoding": { "y": { "field": "time_s_low", "type": "quantitative" }, "y2": { "field": "time_s_high" } } },
                    { "transform": [{ "filter": "datum.front" }], "mark": { "type": "line", "interpolate": "step-after", "color": "{muted}" }, "encoding": {} },
                    { "mark": { "type": "point", "size": 45, "opacity": 0.9, "strokeWidth": 1.4 }, "encoding": { "color": { "field": "format", "type": "nominal", "title": "pattern", "scale": {{palette.Colors}} }, "shape": { "field": "format", "type": "nominal", "title": "pattern", "scale": {{palette.Shapes}} },
                      "tooltip": [{ "field": "name" }, { "field": "usd_per_million", "title": "USD/million", "format": ".3~r" }, { "field": "time_s", "title": "p95 ({time})", "format": ".3~r" }] } },
                    { "transform": [{ "filter": "isValid(datum.label)" }], "mark": { "type": "text", "align": { "expr": "datum.side == 'left' ? 'right' : 'left'" }, "dy": 14, "fontSize": 9.5, "color": "{ink}" }, "encoding": { "text": { "field": "label" } } }
                  ]
                }
                """),
            rows)
        { Units = ModelCharts.Times("time_s") };
    }

    // Names that would run into each other are left to the tooltip.
    private static Dictionary<DeploymentCandidate, string> Labels(List<DeploymentCandidate> front)
    {
        const double apart = 0.2;
        var labels = new Dictionary<DeploymentCandidate, string> { [front[0]] = front[0].Profile };
        var width = Math.Log(front[^1].UsdPerMillion!.Value.Value / front[0].UsdPerMillion!.Value.Value);
        var last = front[0];
        foreach (var candidate in front.Skip(1))
        {
            double From(DeploymentCandidate other) => Math.Abs(Math.Log(candidate.UsdPerMillion!.Value.Value / other.UsdPerMillion!.Value.Value)) / width;
            if (candidate != front[^1] && (From(last) < apart || From(front[^1]) < apart))
                continue;
            labels[candidate] = candidate.Profile;
            last = candidate;
        }

        return labels;
    }
}
