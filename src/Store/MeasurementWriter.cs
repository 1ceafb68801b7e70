using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
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
    private readonly SqliteConnection _connection;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Statement> _statements = [];
    private readonly Dictionary<long, RunRow> _runs = [];
    private readonly Dictionary<(long Measurement, SampleKind Kind), long> _sampleCounts = [];
    private SqliteTransaction? _transaction;

    private MeasurementWriter(string path, SqliteConnection connection)
    {
        Path = path;
        _connection = connection;
    }

    public string Path { get; }

    /// <summary>Opens <paramref name="path"/> for appending; makes it where there is none.</summary>
    /// <exception cref="UserErrorException">The path, the file or its schema does not allow it.</exception>
    public static MeasurementWriter Open(string path) => new(path, StoreConnection.OpenForWriting(path));

    /// <summary>The id under which everything of the run is stored.</summary>
    public long BeginRun(RunRow run, IEnumerable<LibraryRow> libraries) => Guarded(() =>
    {
        long id = 0;
        InTransaction(() =>
        {
            id = Insert("run", run);
            foreach (var library in libraries)
                Insert("library", library, "run_id", id);
        });
        _runs[id] = run;
        return id;
    });

    /// <param name="outcome">completed, interrupted, out_of_time or failed.</param>
    public void EndRun(long runId, DateTimeOffset endedUtc, string outcome) => Guarded(() =>
    {
        Complete("run", "ended_utc IS NULL", ["ended_utc", "outcome"], [Scalar.ToSql(endedUtc), outcome], runId);
        return _runs.Remove(runId);
    });

    /// <summary>The case key that a measurement of the run will have.</summary>
    public string CaseKeyOf(long runId, MeasurementCase measured) => CaseKey.Of(_runs[runId], measured);

    /// <summary>The id under which the samples of the measurement are stored.</summary>
    public long BeginMeasurement(long runId, MeasurementCase measured) => Guarded(() => Insert(
        "measurement", measured, ["run_id", "key", "case_key", "started_utc"],
        runId, Guid.NewGuid().ToString("n"), CaseKeyOf(runId, measured), Scalar.Utc(DateTimeOffset.UtcNow)));

    /// <summary>Stores samples behind those stored before.</summary>
    public void AppendSamples(long measurementId, SampleKind kind, ReadOnlySpan<double> samples)
    {
        if (samples.IsEmpty)
            return;
        var blob = MemoryMarshal.AsBytes(samples).ToArray();
        var count = samples.Length;
        Guarded(() =>
        {
            var first = _sampleCounts.GetValueOrDefault((measurementId, kind));
            Inserting("sample", "measurement_id", "kind", "first", "samples")
                .Execute(_transaction, measurementId, kind.ColumnName(), first, blob);
            _sampleCounts[(measurementId, kind)] = first + count;
            return first;
        });
    }

    /// <summary>Completes a measurement, once, with its caveats.</summary>
    public void CompleteMeasurement(long measurementId, MeasurementResult result) => Guarded(() =>
    {
        InTransaction(() =>
        {
            Complete("measurement", "stop_reason IS NULL", RowColumns<MeasurementResult>.Names, RowColumns<MeasurementResult>.Values(result), measurementId);
            foreach (var caveat in result.Caveats.DistinctBy(observed => observed.Caveat))
                Inserting("caveat", "measurement_id", "name", "evidence").Execute(_transaction, measurementId, caveat.Caveat.Name, caveat.Evidence);
        });
        foreach (var kind in Enum.GetValues<SampleKind>())
            _sampleCounts.Remove((measurementId, kind));
        return measurementId;
    });

    /// <summary>A reason to doubt a complete measurement that showed only later; it must not carry one of that kind yet.</summary>
    public void AppendCaveat(long measurementId, ObservedCaveat caveat) => Guarded(() =>
        Inserting("caveat", "measurement_id", "name", "evidence").Execute(_transaction, measurementId, caveat.Caveat.Name, caveat.Evidence));

    public void AppendAttempt(long runId, AttemptRow attempt) => Guarded(() => Insert("attempt", attempt, "run_id", runId));

    /// <summary>A figure that the run found out about its own instrument.</summary>
    public void AppendCalibration(long runId, string name, double value) => Guarded(() =>
        Inserting("calibration", "run_id", "name", "value").Execute(_transaction, runId, name, value));

    /// <summary>Power over a stretch of time; call it every second or so, not per reading.</summary>
    public void AppendPower(long runId, PowerChunk chunk) => Guarded(() =>
        Inserting("power", "run_id", "measurement_id", "source", "start_s", "offset_s", "power_w", "clock_hz", "temperature_c", "event_reasons")
            .Execute(
                _transaction, runId, Scalar.ToSql(chunk.MeasurementId), chunk.Source, chunk.StartS, Blob.Of<float>(chunk.OffsetS)!, Blob.Of<float>(chunk.PowerW)!,
                Blob.Of<float>(chunk.ClockHz) ?? (object)DBNull.Value, Blob.Of<float>(chunk.TemperatureC) ?? (object)DBNull.Value,
                Blob.Of<ulong>(chunk.EventReasons) ?? (object)DBNull.Value));

    /// <summary>Commits everything that <paramref name="appends"/> appends at once, or nothing of it.</summary>
    public void Together(Action appends) => Guarded(() =>
    {
        InTransaction(appends);
        return true;
    });

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _connection.Dispose();
    }

    private long Insert<T>(string table, T row, string leading, object value) => Insert(table, row, [leading], value);

    private long Insert<T>(string table, T row) => Insert(table, row, []);

    private long Insert<T>(string table, T row, string[] leading, params object[] values)
    {
        Inserting(table, [.. leading, .. RowColumns<T>.Names]).Execute(_transaction, [.. values, .. RowColumns<T>.Values(row)]);
        return SQLitePCL.raw.sqlite3_last_insert_rowid(_connection.Handle);
    }

    private void Complete(string table, string condition, IReadOnlyList<string> columns, IEnumerable<object> values, long id)
    {
        var update = Prepared("complete " + table, () => Statement.Complete(_connection, table, condition, columns));
        if (update.Execute(_transaction, [.. values, id]) != 1)
            throw new InvalidOperationException($"{table} {id} does not exist or was completed before");
    }

    private Statement Inserting(string table, params string[] columns) => Prepared(table, () => Statement.Insert(_connection, table, columns));

    private Statement Prepared(string name, Func<Statement> prepare)
    {
        if (!_statements.TryGetValue(name, out var statement))
            _statements[name] = statement = prepare();
        return statement;
    }

    private void InTransaction(Action appends)
    {
        if (_transaction is not null)
        {
            appends();
            return;
        }

        using var transaction = _connection.BeginTransaction(deferred: false);
        _transaction = transaction;
        try
        {
            appends();
            transaction.Commit();
        }
        finally
        {
            _transaction = null;
        }
    }

    private T Guarded<T>(Func<T> append)
    {
        lock (_gate)
        {
            try
            {
                // SQLite keeps writing to a file that was removed; better to stop than to work for nothing.
                if (_connection.HasMoved())
                {
                    throw new UserErrorException(ErrorKind.Failed, "the database was removed or replaced while it was written to")
                    {
                        Where = Path,
                        Next = "run again; what this run had stored went with the file",
                    };
                }

                return append();
            }
            catch (SqliteException error)
            {
                throw StoreErrors.Translate(error, Path);
            }
        }
    }
}
