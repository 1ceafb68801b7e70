using System.Text.Json.Nodes;
using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Charts;

/// <summary>Ceilings of one device. From the data sheet where there is a profile, else the highest that was seen.</summary>
/// <param name="Rate">FLOP/s.</param>
/// <param name="Bandwidth">B/s.</param>
internal sealed record Ceilings(double Rate, double Bandwidth, string Source);

/// <summary>Every measured kernel under the ceilings of its device, both axes logarithmic (Williams, Waterman, Patterson 2009).</summary>
internal static class RooflineChart
{
    private const int MostMarks = 1500;

    public static Ceilings? Observed(DeviceEvidence device)
    {
        var rated = Rated(device).ToList();
        if (rated.Count == 0)
            return null;
        return new(rated.Max(point => point.Rate), rated.Max(point => point.Rate / point.Intensity), "highest measured");
    }

    public static Chart Draw(DeviceEvidence device, Ceilings ceilings, string id)
    {
        var rated = Rated(device).ToList();
        var step = (rated.Count + MostMarks - 1) / MostMarks;
        var rows = rated.Where((_, i) => i % step == 0).Select(point => Spec.Row(
            ("name", SpeedupChart.Name(point.Measured)), ("kernel", point.Measured.Row.Kernel), ("format", Formats.Of(point.Measured.Row.Pattern)),
            ("intensity", point.Intensity), ("rate_flops_per_s", point.Rate),
            ("rate_low", point.Work / point.Measured.Time.High), ("rate_high", point.Work / point.Measured.Time.Low),
            ("caches", point.Measured.Row.Mode.ToString().ToLowerInvariant()))).ToList();
        var note = step > 1 ? $" One in {step} of the {rated.Count} kernels is drawn." : "";
        var (left, right) = (rows.Min(row => (double)row["intensity"]!) * 0.7, rows.Max(row => (double)row["intensity"]!) * 1.5);
        foreach (var x in Enumerable.Range(0, 41).Select(i => left * Math.Pow(right / left, i / 40.0)))
        {
            var roof = Math.Min(ceilings.Rate, ceilings.Bandwidth * x);
            rows.Add(Spec.Row(("intensity", x), ("roof_flops_per_s", roof)));
        }

        rows.Add(Spec.Row(("intensity", right), ("ceiling_flops_per_s", ceilings.Rate), ("ceiling", $"{QuantityText.Of(ceilings.Rate, Quantity.Rate)}, {ceilings.Source}")));

        var palette = Palette.Of(rows);
        var spec = Spec.Parse($$"""
            {
              "height": 270,
              "layer": [
                { "transform": [{ "filter": "isValid(datum.roof_flops_per_s)" }], "mark": { "type": "line", "color": "{ink}", "strokeWidth": 1.6 },
                  "encoding": {
                    "x": { "field": "intensity", "type": "quantitative", "scale": { "type": "log", "nice": false, "padding": 6 }, "title": "arithmetic intensity (nonzero FLOP per byte of compulsory traffic)", "axis": { "format": "~r", "tickCount": 6 } },
                    "y": { "field": "roof_flops_per_s", "type": "quantitative", "scale": { "type": "log", "nice": false, "zero": false, "padding": 14 }, "title": "achieved rate ({rate}, nonzero FLOPs)", "axis": { "format": "~r", "tickCount": 6 } } } },
                { "transform": [{ "filter": "isValid(datum.rate_flops_per_s)" }], "mark": { "type": "rule", "opacity": 0.5 },
                  "encoding": { "x": { "field": "intensity", "type": "quantitative" }, "y": { "field": "rate_low", "type": "quantitative" }, "y2": { "field": "rate_high" }, "color": { "field": "format", "type": "nominal", "scale": {{palette.Colors}}, "title": "format" } } },
                { "transform": [{ "filter": "isValid(datum.rate_flops_per_s)" }], "mark": { "type": "point", "size": 48, "opacity": 0.9, "strokeWidth": 1.4 },
                  "encoding": {
                    "x": { "field": "intensity", "type": "quantitative" }, "y": { "field": "rate_flops_per_s", "type": "quantitative" },
                    "color": { "field": "format", "type": "nominal" }, "shape": { "field": "format", "type": "nominal", "scale": {{palette.Shapes}}, "title": "format" },
                    "tooltip": [{ "field": "name", "title": "op" }, { "field": "kernel" }, { "field": "rate_flops_per_s", "title": "rate ({rate})", "format": ".3~r" }, { "field": "rate_low", "title": "low", "format": ".3~r" }, { "field": "rate_high", "title": "high", "format": ".3~r" }, { "field": "intensity", "title": "FLOP/B", "format": ".3~r" }] } },
                { "transform": [{ "filter": "isValid(datum.ceiling)" }], "mark": { "type": "text", "align": "right", "dy": -8, "fontSize": 9.5, "color": "{ink}" }, "encoding": { "x": { "field": "intensity", "type": "quantitative" }, "y": { "field": "ceiling_flops_per_s", "type": "quantitative" }, "text": { "field": "ceiling" } } }
              ]
            }
            """);
        return new Chart(
            id, $"Roofline of {device.Name}",
            $"Each mark is one kernel at its median, with its 95 % interval. Ceiling: {QuantityText.Of(ceilings.Rate, Quantity.Rate)}; slope: {QuantityText.Digits(ceilings.Bandwidth / 1e9)} GB/s of compulsory traffic ({ceilings.Source}). FLOPs count stored nonzeros only, so a sparse kernel sits lower than its dense-equivalent rate." + note,
            $"Log-log scatter of {rated.Count} kernels: achieved rate against arithmetic intensity, under a ceiling of {QuantityText.Of(ceilings.Rate, Quantity.Rate)}.", spec, rows)
        {
            Units = new Dictionary<string, Quantity> { ["rate_flops_per_s"] = Quantity.Rate, ["rate_low"] = Quantity.Rate, ["rate_high"] = Quantity.Rate, ["roof_flops_per_s"] = Quantity.Rate, ["ceiling_flops_per_s"] = Quantity.Rate },
        };
    }

    private static IEnumerable<(TimedMeasurement Measured, double Work, double Intensity, double Rate)> Rated(DeviceEvidence device) =>
        from measured in device.Kernels
        where measured.Row is { NonzeroFlops: > 0, TrafficBytes: > 0, Verified: true }
        let work = measured.Row.NonzeroFlops!.Value
        select (measured, work, work / measured.Row.TrafficBytes!.Value, work / measured.Time.Value);
}
