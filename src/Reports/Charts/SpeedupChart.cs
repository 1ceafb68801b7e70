using SparseProf.CostModel.Decisions;
using SparseProf.Ops.Statistics;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Charts;

/// <summary>Delivered speedups with their intervals beside what was promised, on a logarithmic axis around 1×.</summary>
internal static class SpeedupChart
{
    private const int MostRows = 24;

    private const int MostLabels = 14;

    // So few have room for labels clear of the diamonds.
    private const int FewRows = 10;

    public static Chart OfCandidates(IReadOnlyList<Candidate> candidates) => Draw(
        "decision", "Speedup of the best sparse execution of each model",
        "Point: delivered speedup against the fastest dense execution, with its 95 % interval. Open diamond: what the saved FLOPs promised. Left of the line at 1× sparse is slower.",
        [.. candidates.Select(candidate => (Label(candidate, candidates), candidate.Speedup))]);

    public static Chart OfKernels(IReadOnlyList<TimedMeasurement> kernels, IReadOnlyDictionary<long, Speedup> speedups)
    {
        var sparse = kernels.Where(measured => speedups.ContainsKey(measured.Row.Id) && measured.Row.Execution == Ops.Execution.Sparse).ToList();
        // Many kernels: the best, and those between which the verdict turns, tell most.
        var shown = sparse.OrderByDescending(measured => speedups[measured.Row.Id].Delivered.Value).Take(MostRows / 3)
            .Union(sparse.OrderBy(measured => Math.Abs(Math.Log(speedups[measured.Row.Id].Delivered.Value)))).Take(MostRows)
            .OrderByDescending(measured => speedups[measured.Row.Id].Delivered.Value).ToList();
        var note = shown.Count < sparse.Count ? $" Drawn are {shown.Count} of {sparse.Count} kernels, the fastest and those nearest to 1×; the full table has all." : "";
        return Draw(
            "kernel-speedups", "Speedup of sparse kernels over the best dense kernel of the same shape",
            "Point: delivered, with its 95 % interval. Open diamond: promised by the FLOPs." + note,
            [.. shown.Select(measured => (Name(measured, shown), speedups[measured.Row.Id]))]);
    }

    // Dtype and library where others differ in them alone.
    private static string Name(TimedMeasurement measured, IReadOnlyList<TimedMeasurement> all)
    {
        bool Differ(Func<TimedMeasurement, string> part) => all.Any(other => part(other) != part(measured) && Name(other) == Name(measured));
        return Name(measured) + (Differ(other => other.Row.Dtype) ? $", {measured.Row.Dtype}" : "") + (Differ(other => other.Row.Kernel) ? $", {measured.Row.Kernel}" : "");
    }

    /// <summary>A kernel in a few words: shape, pattern, caches.</summary>
    public static string Name(TimedMeasurement measured)
    {
        var row = measured.Row;
        var shape = row.M is null ? row.Op : $"{row.M}×{row.N}×{row.K}";
        var regime = row.Regime == Ops.Regime.Sustained ? ", sustained" : "";
        return $"{(row.OpKind == "gemm" ? "" : row.OpKind + " ")}{shape} {row.Pattern}, {row.Mode.ToString().ToLowerInvariant()}{regime}";
    }

    private static string Label(Candidate candidate, IReadOnlyList<Candidate> all)
    {
        var batch = all.Any(other => other.Measured.Row.Batch != candidate.Measured.Row.Batch) ? $", batch {candidate.Measured.Row.Batch}" : "";
        var device = all.Any(other => other.Device != candidate.Device) ? $" ({candidate.Device.Run.DeviceName})" : "";
        return candidate.Name + batch + device;
    }

    private static Chart Draw(string id, string title, string reading, List<(string Name, Speedup Speedup)> speedups)
    {
        var rows = speedups.Select(entry => Spec.Row(("name", entry.Name), ("promised", entry.Speedup.Promised), ("verdict", Word(entry.Speedup.Verdict)))
            .With("speedup", entry.Speedup.Delivered)).ToList();
        var height = Math.Max(60, rows.Count * (rows.Count > 16 ? 14 : rows.Count > FewRows ? 24 : 32));
        var spec = Spec.Parse($$"""
            {
              "height": {{height}},
              "encoding": { "y": { "field": "name", "type": "nominal", "sort": null, "title": null, "axis": { "labelLimit": 300, "ticks": false, "domain": false, "grid": true } } },
              "layer": [
                { "mark": { "type": "rule", "color": "{ink}", "strokeWidth": 1.2 }, "encoding": { "x": { "datum": 1 }, "y": null } },
                { "mark": { "type": "rule", "color": "{muted}", "strokeDash": [2, 3] },
                  "encoding": { "x": { "field": "promised", "type": "quantitative" }, "x2": { "field": "speedup" } } },
                { "mark": { "type": "rule", "strokeWidth": 3, "opacity": 0.75 },
                  "encoding": {
                    "x": { "field": "speedup_low", "type": "quantitative", "scale": { "type": "log", "nice": false, "padding": 18 }, "title": "speedup against dense (×, logarithmic)", "axis": { "format": "~r", "values": [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50] } },
                    "x2": { "field": "speedup_high" },
                    "color": { "field": "verdict", "type": "nominal", "title": null, "scale": { "domain": ["faster", "undecided", "same", "slower"], "range": ["{good}", "{open}", "{open}", "{bad}"] }, "legend": null } } },
                { "mark": { "type": "point", "shape": "diamond", "size": 55, "color": "{muted}", "filled": false },
                  "encoding": { "x": { "field": "promised", "type": "quantitative" }, "tooltip": [{ "field": "name", "title": "what" }, { "field": "promised", "title": "promised ×", "format": ".2f" }] } },
                { "mark": { "type": "point", "filled": true, "size": 60, "opacity": 1 },
                  "encoding": {
                    "x": { "field": "speedup", "type": "quantitative" },
                    "shape": { "field": "verdict", "type": "nominal", "scale": { "domain": ["faster", "undecided", "same", "slower"], "range": ["circle", "square", "square", "triangle-left"] }, "legend": null },
                    "color": { "field": "verdict", "type": "nominal" },
                    "tooltip": [{ "field": "name", "title": "what" }, { "field": "speedup", "title": "delivered ×", "format": ".2f" }, { "field": "speedup_low", "title": "low", "format": ".2f" }, { "field": "speedup_high", "title": "high", "format": ".2f" }, { "field": "promised", "title": "promised ×", "format": ".2f" }, { "field": "verdict" }] } },
                { "transform": [{ "filter": "{{(rows.Count <= MostLabels ? "true" : "false")}}" }, { "calculate": "format(datum.speedup, datum.speedup < 9.95 ? '.2f' : '.1f') + '× ' + datum.verdict", "as": "label" }],
                  "mark": { "type": "text", "align": "left", "dx": 7, "dy": {{(rows.Count > FewRows ? -8 : -10)}}, "fontSize": 9.5, "color": "{ink}" },
                  "encoding": { "x": { "field": "speedup", "type": "quantitative" }, "text": { "field": "label" } } }
              ]
            }
            """);
        var decided = speedups.Count(entry => entry.Speedup.Verdict == Verdict.Faster);
        return new Chart(id, title, reading, $"Dot plot of {speedups.Count} speedups with 95 % intervals; {decided} lie wholly above 1×. The numbers are in the table below.", spec, rows);
    }

    public static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();
}
