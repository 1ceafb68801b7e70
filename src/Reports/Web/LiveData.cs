using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Reports.Charts;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;
using SparseProf.Reports.Html;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Reports.Web;

/// <summary>
/// What the live page shows, as JSON: bounded, however large the database is; what is left out is told. Estimates of
/// complete measurements never change and are kept.
/// </summary>
internal sealed class LiveData
{
    private const int MostKept = 20_000;
    private const int MostSamples = 20_000;
    private const int MostRows = 2_000;
    private const int MostCharted = 1_000;
    private static readonly TimeSpan s_estimating = TimeSpan.FromMilliseconds(300);

    private readonly ConcurrentDictionary<long, Estimate> _times = new();
    private readonly Dictionary<long, TimedMeasurement> _charted = [];
    private readonly Lock _charting = new();
    private (string Key, JsonObject Charts)? _charts;

    /// <summary>Runs, and what goes on in the newest one.</summary>
    public static JsonObject State(MeasurementReader reader)
    {
        var counts = reader.Query<(long Run, long Complete)>("SELECT run_id, count(stop_reason) FROM measurement GROUP BY run_id").ToDictionary(row => row.Run, row => row.Complete);
        var runs = reader.Runs();
        return new JsonObject
        {
            ["runs"] = new JsonArray([.. runs.Select(run => new JsonObject
            {
                ["id"] = run.Id,
                ["device"] = run.DeviceName,
                ["started_utc"] = run.StartedUtc.UtcDateTime.ToString("O"),
                ["ended_utc"] = run.EndedUtc?.UtcDateTime.ToString("O"),
                ["outcome"] = run.Outcome,
                ["command"] = run.Command,
                ["complete"] = counts.GetValueOrDefault(run.Id),
            })]),
            ["now"] = runs is [.., { EndedUtc: null } newest] ? Now(reader, newest) : null,
        };
    }

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

    /// <summary>The report's charts for these runs.</summary>
    public JsonObject Charts(MeasurementReader reader, IReadOnlyList<long> runs)
    {
        // Of measurements that are taken in turns an older one may be complete after a newer one.
        var key = $"{string.Join(',', runs)}|{reader.Query<long>("SELECT count(stop_reason) FROM measurement")[0]}";
        lock (_charting)
        {
            if (_charts is { } made && made.Key == key)
                return made.Charts;
            var charts = new JsonObject();
            foreach (var chart in ReportBuilder.Measured(ReportEvidence.Load(reader, runs, Charted, MostCharted)).SelectMany(section => section.Blocks).OfType<Block.ChartBlock>().Select(block => block.Chart))
            {
                var document = HtmlReport.Json(chart);
                document["reading"] = chart.Reading;
                document["alternative"] = chart.Alternative;
                charts[chart.Id] = document;
            }

            var all = reader.Query<long>($"SELECT count(*) FROM measurement WHERE stop_reason IS NOT NULL AND run_id IN ({string.Join(',', runs)})")[0];
            var answer = new JsonObject { ["charts"] = charts, ["left_out"] = Math.Max(0, all - MostCharted) };
            _charts = (key, answer);
            return answer;
        }
    }

    // While a run goes on only its newest measurement is not yet known.
    private List<TimedMeasurement> Charted(MeasurementReader reader, IEnumerable<MeasurementRow> rows)
    {
        var wanted = rows.ToList();
        foreach (var made in TimedMeasurement.Load(reader, wanted.Where(row => !_charted.ContainsKey(row.Id))))
            _charted[made.Row.Id] = made;
        var ids = wanted.Select(row => row.Id).ToHashSet();
        if (_charted.Count > 2 * MostCharted)
            foreach (var old in _charted.Keys.Where(id => !ids.Contains(id)).ToList())
                _charted.Remove(old);
        return [.. wanted.Where(row => _charted.ContainsKey(row.Id)).Select(row => _charted[row.Id])];
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

    private static JsonObject Now(MeasurementReader reader, RunRow run)
    {
        var current = reader.LatestMeasurement(run.Id);
        var samples = current is null ? 0 : reader.Query<long?>("SELECT sum(length(samples)) / 8 FROM sample WHERE measurement_id = @id AND kind = 'time_s'", new { id = current.Id })[0] ?? 0;
        var power = reader.Query<PowerTail>("SELECT power_w, clock_hz FROM power WHERE run_id = @id ORDER BY start_s DESC LIMIT 1", new { id = run.Id }) is [var tail] ? tail : null;
        return new JsonObject
        {
            ["run"] = run.Id,
            ["op"] = current is null ? null : $"{current.Op}, {current.Kernel}",
            ["measurement"] = current?.Id,
            ["samples"] = samples,
            ["power_w"] = Last(power?.PowerW),
            ["clock_hz"] = Last(power?.ClockHz),
        };
    }

    private static JsonValue? Last(byte[]? column) =>
        column is { Length: >= 4 } && BitConverter.ToSingle(column, column.Length - 4) is var value && float.IsFinite(value) ? JsonValue.Create(value) : null;

    private static JsonObject Measurement(MeasurementRow row, Estimate? time) => new()
    {
        ["id"] = row.Id,
        ["run"] = row.RunId,
        ["what"] = row.OpKind == "model" ? row.Workload : $"{row.OpKind} {(row.M is null ? row.Op : $"{row.M}×{row.N}×{row.K}")}",
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

#pragma warning disable CA1812 // made by Dapper
    private sealed record PowerTail
#pragma warning restore CA1812
    {
        public required byte[] PowerW { get; init; }

        public byte[]? ClockHz { get; init; }
    }
}
