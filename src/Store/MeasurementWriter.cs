using System.Runtime.InteropServices;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Store.Rows;
using SparseProf.Store.Sqlite;

namespace SparseProf.Store;

/// <summary>
/// Appends observations to a database. Each call is committed when it returns, so a killed process loses at most what it
/// had not handed over. Nothing is changed afterwards, but that runs, measurements and trainings are completed once, and
/// that a complete measurement can be doubted later.
/// Safe to call from several threads.
/// </summary>
public sealed partial class MeasurementWriter : IDisposable
{
    private readonly RowAppender _rows;
    private readonly Dictionary<long, RunRow> _runs = [];
    private readonly Dictionary<(long Measurement, SampleKind Kind), long> _sampleCounts = [];

    private MeasurementWriter(RowAppender rows) => _rows = rows;

    public string Path => _rows.Path;

    /// <summary>Opens <paramref name="path"/> for appending; makes it where there is none.</summary>
    /// <exception cref="UserErrorException">The path, the file or its schema does not allow it.</exception>
    public static MeasurementWriter Open(string path) => new(new RowAppender(StoreConnection.OpenForWriting(path), path));

    /// <summary>The id under which everything of the run is stored.</summary>
    public long BeginRun(RunRow run, IEnumerable<LibraryRow> libraries) => _rows.Guarded(() =>
    {
        long id = 0;
        _rows.InTransaction(() =>
        {
            id = _rows.Insert("run", run);
            foreach (var library in libraries)
                _rows.Insert("library", library, "run_id", id);
        });
        _runs[id] = run;
        return id;
    });

    /// <param name="outcome">completed, interrupted, out_of_time or failed.</param>
    public void EndRun(long runId, DateTimeOffset endedUtc, string outcome) => _rows.Guarded(() =>
    {
        _rows.Complete("run", "ended_utc IS NULL", ["ended_utc", "outcome"], [Scalar.ToSql(endedUtc), outcome], runId);
        return _runs.Remove(runId);
    });

    /// <summary>The case key that a measurement of the run will have.</summary>
    public string CaseKeyOf(long runId, MeasurementCase measured) => CaseKey.Of(_runs[runId], measured);

    /// <summary>The id under which the samples of the measurement are stored.</summary>
    public long BeginMeasurement(long runId, MeasurementCase measured) => _rows.Guarded(() => _rows.Insert(
        "measurement", measured, ["run_id", "key", "case_key", "started_utc"],
        runId, Guid.NewGuid().ToString("n"), CaseKeyOf(runId, measured), Scalar.Utc(DateTimeOffset.UtcNow)));

    /// <summary>Stores samples behind those stored before.</summary>
    public void AppendSamples(long measurementId, SampleKind kind, ReadOnlySpan<double> samples)
    {
        if (samples.IsEmpty)
            return;
        var blob = MemoryMarshal.AsBytes(samples).ToArray();
        var count = samples.Length;
        _rows.Guarded(() =>
        {
            var first = _sampleCounts.GetValueOrDefault((measurementId, kind));
            _rows.Append("sample", ["measurement_id", "kind", "first", "samples"], measurementId, kind.ColumnName(), first, blob);
            _sampleCounts[(measurementId, kind)] = first + count;
            return first;
        });
    }

    /// <summary>Completes a measurement, once, with its caveats.</summary>
    public void CompleteMeasurement(long measurementId, MeasurementResult result) => _rows.Guarded(() =>
    {
        _rows.InTransaction(() =>
        {
            _rows.Complete("measurement", "stop_reason IS NULL", RowColumns<MeasurementResult>.Names, RowColumns<MeasurementResult>.Values(result), measurementId);
            foreach (var caveat in result.Caveats.DistinctBy(observed => observed.Caveat))
                _rows.Append("caveat", ["measurement_id", "name", "evidence"], measurementId, caveat.Caveat.Name, caveat.Evidence);
        });
        foreach (var kind in Enum.GetValues<SampleKind>())
            _sampleCounts.Remove((measurementId, kind));
        return measurementId;
    });

    /// <summary>A reason to doubt a complete measurement that showed only later; it must not carry one of that kind yet.</summary>
    public void AppendCaveat(long measurementId, ObservedCaveat caveat) => _rows.Guarded(() =>
        _rows.Append("caveat", ["measurement_id", "name", "evidence"], measurementId, caveat.Caveat.Name, caveat.Evidence));

    public void AppendAttempt(long runId, AttemptRow attempt) => _rows.Guarded(() => _rows.Insert("attempt", attempt, "run_id", runId));

    /// <summary>A figure that the run found out about its own instrument.</summary>
    public void AppendCalibration(long runId, string name, double value) => _rows.Guarded(() =>
        _rows.Append("calibration", ["run_id", "name", "value"], runId, name, value));

    /// <summary>Power over a stretch of time; call it every second or so, not per reading.</summary>
    public void AppendPower(long runId, PowerChunk chunk) => _rows.Guarded(() =>
        _rows.Append(
            "power", ["run_id", "measurement_id", "source", "start_s", "offset_s", "power_w", "clock_hz", "temperature_c", "event_reasons"],
            runId, Scalar.ToSql(chunk.MeasurementId), chunk.Source, chunk.StartS, Blob.Of<float>(chunk.OffsetS)!, Blob.Of<float>(chunk.PowerW)!,
            Blob.Of<float>(chunk.ClockHz) ?? (object)DBNull.Value, Blob.Of<float>(chunk.TemperatureC) ?? (object)DBNull.Value,
            Blob.Of<ulong>(chunk.EventReasons) ?? (object)DBNull.Value));

    /// <summary>Commits everything that <paramref name="appends"/> appends at once, or nothing of it.</summary>
    public void Together(Action appends) => _rows.Guarded(() =>
    {
        _rows.InTransaction(appends);
        return true;
    });

    public void Dispose() => _rows.Dispose();
}
