using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Reports.Charts;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Reports.Web;

/// <summary>
/// The measurements that the live page shows, as JSON: bounded, however large the database is; what is left out is told. Estimates of
/// complete measurements never change and are kept.
/// </summary>
internal sealed class LiveData
{
    private const string NormalData = "normal";

    private const int MostKept = 20_000;
    private const int MostSamples = 20_000;
    private const int MostRows = 2_000;
    private static readonly TimeSpan s_estimating = TimeSpan.FromMilliseconds(300);

    private readonly ConcurrentDictionary<long, Estimate> _times = new();

    /// <summary>
    /// The newest complete measurements of a run with their estimates. Many estimates take long to make: those that are
    /// not ready within a moment are counted as pending, and a later request has them.
    /// </summary>
    public JsonObject Measurements(MeasurementReader reader, long runId)
    {
        reader.Run(runId);
        var all = reader.Query<long>("SELECT count(*) FROM measurement WHERE run_id = @runId AND stop_reason IS NOT NULL", new { runId })[0];
        var newest = reader.NewestMeasurements(runId, MostRows);
        var clock = Stopwatch.StartNew();
        var estimates = new Dictionary<long, Estimate?>();
        foreach (var row in Enumerable.Reverse(newest).TakeWhile(_ => clock.Elapsed < s_estimating))
            estimates[row.Id] = Time(reader, row);
        return new JsonObject
        {
            ["total"] = all,
            ["pending"] = newest.Count - estimates.Count,
            ["rows"] = new JsonArray([.. newest.Select(row => (JsonNode)Measurement(row, estimates.GetValueOrDefault(row.Id)))]),
        };
    }

    /// <summary>Raw samples, in the order in which they were taken; null where there is no such measurement.</summary>
    public JsonObject? Samples(MeasurementReader reader, long id)
    {
        if (reader.Measurement(id) is not { } row)
            return null;
        var samples = reader.SamplesAtMost(id, MostSamples);
        var document = Measurement(row, Time(reader, row));
        document["samples"] = Math.Max(row.Result?.SampleCount ?? 0, samples.Length);
        document["seconds"] = new JsonArray([.. samples.Select(sample => (JsonNode)sample)]);
        return document;
    }

    /// <summary>Time of one measurement over time of another, with its interval and what it allows to say; null where one is absent.</summary>
    public static JsonObject? Compare(MeasurementReader reader, long baseline, long candidate)
    {
        var measured = TimedMeasurement.Load(reader, new[] { reader.Measurement(baseline), reader.Measurement(candidate) }.OfType<MeasurementRow>());
        if (measured is not [var before, var after])
            return null;
        var speedup = Speedups.Delivered(before, after);
        return new JsonObject
        {
            ["speedup"] = speedup.Value,
            ["low"] = speedup.Low,
            ["high"] = speedup.High,
            ["verdict"] = SpeedupChart.Word(new Speedup(before, null, speedup).Verdict),
            ["text"] = QuantityText.Of(speedup, Quantity.Ratio),
        };
    }

    private static JsonObject Measurement(MeasurementRow row, Estimate? time) => new()
    {
        ["id"] = row.Id,
        ["run"] = row.RunId,
        ["what"] = row.OpKind == "model" ? $"{row.Workload} {row.Dtype}" : $"{row.OpKind} {(row.M is null ? row.Op : $"{row.M}×{row.N}×{row.K} {row.Dtype}")}{(row.Regime == Regime.Sustained ? ", sustained" : "")}{(row.Data is NormalData or "" ? "" : $", {row.Data}")}",
        ["pattern"] = row.Pattern,
        ["kernel"] = row.Kernel,
        ["mode"] = row.Mode.ToString().ToLowerInvariant(),
        ["time_s"] = time?.Value,
        ["low_s"] = time?.Low,
        ["high_s"] = time?.High,
        ["text"] = time is { } estimate ? QuantityText.Of(estimate, Quantity.Time) : null,
        ["samples"] = row.Result?.SampleCount,
        ["caveats"] = string.Join(", ", (row.Result?.Caveats ?? []).Select(observed => observed.Caveat.Name)),
    };

    private Estimate? Time(MeasurementReader reader, MeasurementRow row)
    {
        if (_times.TryGetValue(row.Id, out var known))
            return known;
        var samples = reader.SamplesAtMost(row.Id, TimedMeasurement.MostSamples);
        if (samples.Length == 0)
            return null;
        var time = MedianInterval.Of(samples);
        if (row.Complete && _times.Count < MostKept)
            _times[row.Id] = time;
        return time;
    }
}
