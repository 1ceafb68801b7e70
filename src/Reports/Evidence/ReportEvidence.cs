using SparseProf.CostModel.Decisions;
using SparseProf.CostModel.Hardware;
using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Reports.Evidence;

/// <summary>What a report is asked for.</summary>
/// <param name="Runs">Ids of runs; empty for all of the database.</param>
/// <param name="Architectures">The models that are known by name, to be predicted for other accelerators.</param>
public sealed record ReportRequest(string Database, string? Title, IReadOnlyList<long> Runs, string ProgramVersion, IReadOnlyDictionary<string, Architecture> Architectures)
{
    /// <summary>Whose electricity, for carbon; null for none.</summary>
    public Region? Region { get; init; }

    /// <summary>What deployments are compared under.</summary>
    public ReportLoad Load { get; init; } = new(100, null);

    /// <summary>When the report is made.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>Requests that a deployment has to serve.</summary>
/// <param name="QueriesPerSecond">Arriving at random.</param>
/// <param name="LatencyLimitSeconds">For 95 % of them; null without a limit.</param>
public sealed record ReportLoad(double QueriesPerSecond, double? LatencyLimitSeconds);

/// <summary>Everything that a report reads from the store, once.</summary>
public sealed record ReportEvidence(
    IReadOnlyList<DeviceEvidence> Devices,
    IReadOnlyList<AttemptRow> Attempts,
    IReadOnlyList<PowerSeries> Power,
    IReadOnlyList<TrainingRunRow> Trainings,
    ILookup<long, TrainingMetricRow> TrainingMetrics,
    IReadOnlyList<EvaluationRow> Evaluations,
    int Interrupted)
{
    public IEnumerable<TimedMeasurement> Measurements => Devices.SelectMany(device => device.Measurements);

    /// <param name="load">Reads the samples of some measurements; null for <see cref="TimedMeasurement.Load"/>.</param>
    /// <param name="most">Only the newest so many measurements.</param>
    public static ReportEvidence Load(
        MeasurementReader reader, IReadOnlyList<long> chosen, Func<MeasurementReader, IEnumerable<MeasurementRow>, IReadOnlyList<TimedMeasurement>>? load = null, int most = int.MaxValue)
    {
        load ??= TimedMeasurement.Load;
        var runs = chosen.Count == 0 ? reader.Runs() : [.. chosen.Distinct().Order().Select(reader.Run)];
        var ids = runs.Select(run => run.Id).ToHashSet();
        var rows = reader.Measurements(chosen.Count == 1 ? chosen[0] : null, completeOnly: false).Where(row => ids.Contains(row.RunId)).TakeLast(most).ToList();
        var trainings = reader.TrainingRuns().Where(training => ids.Contains(training.RunId)).ToList();
        var trained = trainings.Select(training => training.Id).ToHashSet();
        return new(
            [.. runs.GroupBy(run => run.DeviceKey).Select(same => Device(reader, [.. same], rows, load)).Where(device => device.Measurements.Count > 0)],
            [.. reader.Attempts().Where(attempt => ids.Contains(attempt.RunId))],
            [.. runs.SelectMany(run => PowerSeries.Of(reader, run))],
            trainings,
            trainings.SelectMany(training => reader.TrainingMetrics(training.Id).Select(metric => (training.Id, metric))).ToLookup(pair => pair.Id, pair => pair.metric),
            [.. reader.Evaluations().Where(evaluation => trained.Contains(evaluation.TrainingRunId))],
            rows.Count(row => !row.Complete));
    }

    private static DeviceEvidence Device(MeasurementReader reader, IReadOnlyList<RunRow> runs, List<MeasurementRow> rows, Func<MeasurementReader, IEnumerable<MeasurementRow>, IReadOnlyList<TimedMeasurement>> load)
    {
        var ids = runs.Select(run => run.Id).ToHashSet();
        var newest = rows.Where(row => row.Complete && ids.Contains(row.RunId))
            .GroupBy(row => row.CaseKey).Select(same => same.MaxBy(row => (!row.Result!.Caveats.Any(observed => observed.Caveat == Caveat.Interrupted), row.Id))!).OrderBy(row => row.Id).ToList();
        var measurements = load(reader, newest);
        var used = newest.Select(row => row.RunId).ToHashSet();
        var run = runs.LastOrDefault(candidate => used.Contains(candidate.Id)) ?? runs[^1];
        return new(run, [.. runs.Where(candidate => used.Contains(candidate.Id))], reader.Libraries(run.Id), measurements, Speedups.Of(measurements));
    }
}
