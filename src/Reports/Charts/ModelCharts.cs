using SparseProf.Ops;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Charts;

/// <summary>Latency and memory of the models.</summary>
internal static class ModelCharts
{
    public static Chart Latency(DeviceEvidence device, string id)
    {
        var rows = device.Models.Select(measured => Spec.Row(
            ("model", $"{measured.Row.Workload} {measured.Row.Pattern}" + (measured.Row.Batch is > 1 ? $", batch {measured.Row.Batch}" : "") + Mode(device, measured)),
            ("execution", measured.Row.Kernel), ("way", measured.Row.Execution.ToString().ToLowerInvariant())).With("time_s", measured.Time)).ToList();
        var spec = Spec.Parse("""
            {
              "height": { "step": 25 },
              "encoding": { "y": { "field": "model", "type": "nominal", "sort": null, "title": null, "axis": { "labelLimit": 260, "grid": true, "ticks": false, "domain": false } },
                "color": { "field": "way", "type": "nominal", "title": "execution", "scale": { "domain": ["dense", "masked", "sparse"], "range": ["{ink}", "{open}", "{first}"] } } },
              "layer": [
                { "mark": { "type": "rule", "strokeWidth": 3, "opacity": 0.5 }, "encoding": { "x": { "field": "time_s_low", "type": "quantitative", "scale": { "type": "log", "nice": false, "padding": 14 }, "title": "time of one forward pass ({time}, logarithmic)", "axis": { "format": "~r" } }, "x2": { "field": "time_s_high" } } },
                { "mark": { "type": "point", "filled": true, "size": 55, "opacity": 1 }, "encoding": { "x": { "field": "time_s", "type": "quantitative" }, "shape": { "field": "way", "type": "nominal", "title": "execution", "scale": { "domain": ["dense", "masked", "sparse"], "range": ["square", "cross", "circle"] } },
                  "tooltip": [{ "field": "model" }, { "field": "execution" }, { "field": "time_s", "title": "median ({time})", "format": ".3~r" }, { "field": "time_s_low", "title": "low", "format": ".3~r" }, { "field": "time_s_high", "title": "high", "format": ".3~r" }] } }
              ]
            }
            """);
        return new Chart(
            id, $"Latency by model on {device.Name}", "Median of one forward pass with its 95 % interval. Masked: zeros are stored and multiplied; sparse: kernels that skip them.",
            $"Dot plot of {rows.Count} latencies by model and execution.", spec, rows)
        { Units = Times("time_s") };
    }

    private const string DeviceScope = "device";

    /// <summary>The most memory that was held; null where less was counted than the weights alone take.</summary>
    internal static double? Peak(CostModel.Decisions.TimedMeasurement measured) =>
        measured.Result.PeakMemoryBytes is { } peak && peak >= (measured.Row.WeightBytes ?? 0) ? peak : null;

    private static string Mode(DeviceEvidence device, CostModel.Decisions.TimedMeasurement measured) =>
        device.Models.Any(other => other.Row.Mode != measured.Row.Mode) ? $", {measured.Row.Mode.ToString().ToLowerInvariant()}" : "";

    public static Chart? Memory(DeviceEvidence device, string id)
    {
        var rows = device.Models.Where(measured => measured.Row.WeightBytes is not null && measured.Row.Execution != Execution.Masked)
            .GroupBy(measured => (measured.Row.Workload, measured.Row.Pattern, measured.Row.Execution)).Select(group => group.MinBy(measured => measured.Time.Value)!)
            .Select(measured => Spec.Row(
                ("model", $"{measured.Row.Workload} {measured.Row.Pattern}, {measured.Row.Execution.ToString().ToLowerInvariant()}"),
                ("weights", measured.Row.WeightBytes), ("peak", Peak(measured)))).ToList();
        var wholeDevice = device.Models.Any(measured => measured.Result.PeakMemoryScope?.StartsWith(DeviceScope, StringComparison.Ordinal) == true);
        if (rows.Count == 0)
            return null;
        var spec = Spec.Parse("""
            {
              "height": { "step": 19 },
              "encoding": { "y": { "field": "model", "type": "nominal", "sort": null, "title": null, "axis": { "labelLimit": 260, "ticks": false, "domain": false } } },
              "layer": [
                { "mark": { "type": "bar", "height": 11, "color": "{first}" }, "encoding": { "x": { "field": "weights", "type": "quantitative", "title": "memory ({memory}): bar, stored weights with their index; tick, peak", "axis": { "format": "~r" } },
                  "tooltip": [{ "field": "model" }, { "field": "weights", "title": "weights ({memory})", "format": ".3~r" }, { "field": "peak", "title": "peak ({memory})", "format": ".3~r" }] } },
                { "mark": { "type": "tick", "thickness": 2, "height": 14, "color": "{ink}" }, "encoding": { "x": { "field": "peak", "type": "quantitative" } } },
                { "mark": { "type": "text", "align": "left", "dx": 4, "fontSize": 9.5, "color": "{ink}" }, "encoding": { "x": { "field": "weights", "type": "quantitative" }, "text": { "field": "weights", "format": ".3~r" } } }
              ]
            }
            """);
        return new Chart(
            id, $"Memory by model on {device.Name}", $"Counted, not sampled: bytes of the stored weights are exact; the peak is {(wholeDevice ? "what the driver says that the device held" : "the operating system's figure for the whole process")}, left out where it is less than the weights and so not of this pass.",
            $"Bars of the memory of {rows.Count} models.", spec, rows)
        { Units = new Dictionary<string, Quantity> { ["weights"] = Quantity.Memory, ["peak"] = Quantity.Memory } };
    }

    internal static Dictionary<string, Quantity> Times(string field) =>
        new() { [field] = Quantity.Time, [field + "_low"] = Quantity.Time, [field + "_high"] = Quantity.Time };
}
