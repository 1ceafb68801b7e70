using SparseProf.CostModel.Decisions;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Charts;

/// <summary>Where a format starts to pay: bands of break-even sparsity, and the speedups along sparsity.</summary>
internal static class BreakEvenCharts
{
    public static Chart Bands(IReadOnlyList<MeasuredBreakEven> formats)
    {
        var rows = formats.Select(format =>
        {
            var density = format.BreakEven.Density;
            var (least, most) = (1 - format.Family[0].Density.Value, 1 - format.Family[^1].Density.Value);
            var faster = format.BreakEven.Kind == BreakEvenKind.AlwaysFaster;
            return Spec.Row(
                ("name", $"{(format.First.Row.OpKind == "gemm" ? "" : format.First.Row.OpKind + " ")}{format.Shape} {format.Format}, {Way(format, formats)}"),
                ("format", Formats.Of(format.First.Row.Pattern)),
                ("sparsity", density is { } d ? 1 - d.Value : null), ("low", density is { } low ? 1 - low.High : null), ("high", density is { } high ? 1 - high.Low : null),
                ("from", least), ("to", most),
                ("bound", density is not null ? null : faster ? least : most),
                ("label", density is { } found ? $"{(1 - found.Value) * 100:0.#} %" : faster ? $"faster from {least * 100:0.#} % or less" : $"not faster up to {most * 100:0.#} %"));
        }).ToList();
        var palette = Palette.Of(rows);
        var spec = Spec.Parse($$"""
            {
              "height": {{Math.Max(60, rows.Count * 20)}},
              "encoding": { "y": { "field": "name", "type": "nominal", "sort": null, "title": null, "axis": { "labelLimit": 300, "ticks": false, "domain": false, "grid": false } } },
              "layer": [
                { "mark": { "type": "rule", "strokeWidth": 5, "color": "{grid}" },
                  "encoding": { "x": { "field": "from", "type": "quantitative", "scale": { "domain": [0, 1] }, "axis": { "format": ".0%" }, "title": "sparsity (share of weights left out)" }, "x2": { "field": "to" } } },
                { "mark": { "type": "rule", "strokeWidth": 7, "opacity": 0.6 },
                  "encoding": { "x": { "field": "low", "type": "quantitative" }, "x2": { "field": "high" }, "color": { "field": "format", "type": "nominal", "scale": {{palette.Colors}}, "title": "format" } } },
                { "mark": { "type": "tick", "thickness": 2.5, "height": 14, "color": "{ink}" }, "encoding": { "x": { "field": "sparsity", "type": "quantitative" } } },
                { "mark": { "type": "point", "filled": true, "size": 45, "opacity": 1 },
                  "encoding": { "x": { "field": "bound", "type": "quantitative" }, "color": { "field": "format", "type": "nominal" }, "shape": { "field": "format", "type": "nominal", "scale": {{palette.Shapes}}, "title": "format" } } },
                { "mark": { "type": "text", "align": "left", "dx": 8, "fontSize": 9.5, "color": "{ink}" },
                  "encoding": { "x": { "field": "to", "type": "quantitative" }, "text": { "field": "label" }, "tooltip": [{ "field": "name" }, { "field": "label", "title": "break-even" }, { "field": "low", "format": ".1%" }, { "field": "high", "format": ".1%" }] } }
              ]
            }
            """);
        return new Chart(
            "break-even", "Break-even sparsity by shape and format",
            "Black tick: the sparsity above which sparse is faster than the best dense kernel; coloured bar: its 95 % band; grey bar: the sparsities that were measured. A point stands at the end of the measured range where no crossing was found.",
            $"Bars of break-even sparsity for {formats.Count} combinations of shape and format.", spec, rows);
    }

    // What tells this line from its like: the kernel where a format has several, the measure where there is more than time at full clock.
    private static string Way(MeasuredBreakEven format, IReadOnlyList<MeasuredBreakEven> all)
    {
        var alike = all.Where(other => other.Shape == format.Shape && other.Format == format.Format && other.First.Row.OpKind == format.First.Row.OpKind).ToList();
        var kernel = alike.Any(other => other.First.Row.Kernel != format.First.Row.Kernel) ? $"{format.First.Row.Kernel.Split('.')[^1]}, " : "";
        var dtype = alike.Any(other => other.First.Row.Dtype != format.First.Row.Dtype) ? $"{format.First.Row.Dtype}, " : "";
        return kernel + dtype + format.First.Row.Mode.ToString().ToLowerInvariant() + (alike.Any(other => other.Measure != format.Measure) ? $", {format.Measure}" : "");
    }

    /// <summary>At full clock where that was measured: three lines of one kernel would lie on each other.</summary>
    public static Chart Lines(IReadOnlyList<MeasuredBreakEven> formats)
    {
        var shapes = formats.Where(format => format.Measure == "burst").DefaultIfEmpty(formats[0]).GroupBy(format => (format.First.Row.OpKind, format.Shape, format.First.Row.Mode)).OrderByDescending(group => group.Sum(format => format.Family.Count)).Take(6).ToList();
        var rows = shapes.SelectMany(shape => shape.SelectMany(format => format.Family.Select(member => Spec.Row(
            ("shape", $"{(shape.Key.OpKind == "gemm" ? "" : shape.Key.OpKind + " ")}{shape.Key.Shape}, {shape.Key.Mode.ToString().ToLowerInvariant()}"),
            ("format", Formats.Of(member.Measured.Row.Pattern)), ("pattern", member.Measured.Row.Pattern), ("kernel", member.Measured.Row.Kernel), ("series", $"{format.Format} {format.First.Row.Kernel} {format.First.Row.Regime} {format.First.Row.Dtype}"),
            ("sparsity", 1 - member.Density.Value)).With("speedup", member.Speedup.Delivered)))).ToList();
        var palette = Palette.Of(rows);
        var several = shapes.Any(shape => shape.GroupBy(format => format.Format).Any(same => same.DistinctBy(format => format.First.Row.Kernel).Count() > 1));
        var dash = several ? """, "strokeDash": { "field": "kernel", "type": "nominal", "title": "kernel" }""" : "";
        var spec = Spec.Parse($$"""
            {
              "facet": { "field": "shape", "type": "nominal", "sort": null, "title": null, "header": { "labelFontWeight": 600, "labelPadding": 4 } },
              "columns": 3,
              "spacing": { "row": 18, "column": 22 },
              "spec": {
                "width": 172, "height": 120,
                "layer": [
                  { "mark": { "type": "rule", "color": "{ink}" }, "encoding": { "y": { "datum": 1 } } },
                  { "mark": { "type": "area", "opacity": 0.18 },
                    "encoding": { "x": { "field": "sparsity", "type": "quantitative", "title": "sparsity", "scale": { "domain": [0, 1] }, "axis": { "format": ".0%", "values": [0, 0.5, 1] } },
                      "y": { "field": "speedup_low", "type": "quantitative", "scale": { "type": "log", "nice": false }, "title": "speedup (×)", "axis": { "format": "~r", "values": [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20] } }, "y2": { "field": "speedup_high" },
                      "color": { "field": "format", "type": "nominal", "scale": {{palette.Colors}}, "title": "format" }, "detail": { "field": "series" } } },
                  { "mark": { "type": "line", "point": { "size": 22, "filled": true } },
                    "encoding": { "x": { "field": "sparsity", "type": "quantitative" }, "y": { "field": "speedup", "type": "quantitative" }, "color": { "field": "format", "type": "nominal" }, "detail": { "field": "series" }, "shape": { "field": "format", "type": "nominal", "scale": {{palette.Shapes}}, "title": "format" }{{dash}},
                      "tooltip": [{ "field": "shape" }, { "field": "pattern" }, { "field": "kernel" }, { "field": "speedup", "format": ".2f" }, { "field": "speedup_low", "title": "low", "format": ".2f" }, { "field": "speedup_high", "title": "high", "format": ".2f" }] } }
                ]
              }
            }
            """);
        return new Chart(
            "speedup-by-sparsity", "Speedup along sparsity",
            "Each line is one format on one shape; the band is the 95 % interval. Sparse pays where the band lies above the line at 1×.",
            $"Small multiples of speedup against sparsity for {shapes.Count} shapes.", spec, rows);
    }

    public static Chart? Map(IReadOnlyList<TimedMeasurement> kernels, IReadOnlyDictionary<long, Speedup> speedups)
    {
        var cells = kernels.Where(measured => measured.Row is { OpKind: "gemm", M: not null } && measured.Row.Pattern != "dense" && measured.Row.Mode != Ops.TimingMode.Cold && measured.Row is { Regime: Ops.Regime.Burst, Execution: Ops.Execution.Sparse } && speedups.ContainsKey(measured.Row.Id))
            .GroupBy(measured => (Format: Formats.Of(measured.Row.Pattern), M: measured.Row.M!.Value, Sparsity: Formats.Sparsity(measured.Row.Pattern)))
            .Select(cell => (cell.Key, Best: cell.Select(measured => speedups[measured.Row.Id].Delivered).MaxBy(delivered => delivered.Value))).ToList();
        if (cells.DistinctBy(cell => cell.Key.M).Count() < 2 || cells.DistinctBy(cell => cell.Key.Sparsity).Count() < 2)
            return null;
        var rows = cells.OrderBy(cell => cell.Key.M).ThenBy(cell => cell.Key.Sparsity).Select(cell => Spec.Row(
            ("format", cell.Key.Format), ("m", cell.Key.M), ("sparsity", $"{cell.Key.Sparsity * 100:0.#} %"), ("order", cell.Key.Sparsity), ("log2", Math.Clamp(Math.Log2(cell.Best.Value), -3, 3)))
            .With("speedup", cell.Best)).ToList();
        var spec = Spec.Parse("""
            {
              "facet": { "field": "format", "type": "nominal", "sort": ["2:4", "block", "csr"], "title": null, "header": { "labelFontWeight": 600 } },
              "columns": 3,
              "resolve": { "scale": { "x": "independent" } },
              "spec": {
                "width": { "step": 46 }, "height": { "step": 26 },
                "encoding": { "x": { "field": "sparsity", "type": "ordinal", "sort": { "field": "order" }, "title": "sparsity", "axis": { "labelAngle": 0 } }, "y": { "field": "m", "type": "ordinal", "sort": "descending", "title": "M (rows of the input)" } },
                "layer": [
                  { "mark": { "type": "rect", "stroke": "{paper}", "strokeWidth": 1.5 },
                    "encoding": { "color": { "field": "log2", "type": "quantitative", "title": "speedup", "scale": { "domain": [-3, 0, 3], "range": ["{bad}", "{paper}", "{first}"], "interpolate": "lab", "type": "linear" }, "legend": { "labelExpr": "format(pow(2, datum.value), '~r') + '×'", "values": [-3, -2, -1, 0, 1, 2, 3], "gradientLength": 220, "gradientThickness": 10 } },
                      "tooltip": [{ "field": "format" }, { "field": "m", "title": "M" }, { "field": "sparsity" }, { "field": "speedup", "format": ".2f" }, { "field": "speedup_low", "title": "low", "format": ".2f" }, { "field": "speedup_high", "title": "high", "format": ".2f" }] } },
                  { "mark": { "type": "text", "fontSize": 9.5 }, "encoding": { "text": { "field": "speedup", "format": ".2~r" }, "color": { "condition": { "test": "abs(datum.log2) > 1.9", "value": "{paper}" }, "value": "{ink}" } } }
                ]
              }
            }
            """);
        return new Chart(
            "map", "Speedup over M and sparsity",
            "Each field is the best measured speedup over all shapes with this M; orange fields are slower than dense, blue ones faster. Hover for the interval.",
            $"Heat map of {rows.Count} speedups over the number of input rows and sparsity, by format.", spec, rows);
    }
}
