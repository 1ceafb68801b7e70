using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Store.Rows;
using SparseProf.Store.Sqlite;

namespace SparseProf.Store;

/// <summary>Reads a database; the file is opened read-only and may be written to meanwhile.</summary>
public sealed partial class MeasurementReader : IDisposable
{
    private readonly RowQueries _rows;

    private MeasurementReader(RowQueries rows) => _rows = rows;

    public string Path => _rows.Path;

    /// <summary>Whether the file was removed or replaced since it was opened; what is read is then the old one.</summary>
    public bool HasMoved => _rows.HasMoved;

    /// <summary>Opens a database; a small one is checked for damage the first time that this process reads it.</summary>
    /// <exception cref="UserErrorException">There is no such file, it is not a database of this schema, or it is damaged.</exception>
    public static MeasurementReader Open(string path)
    {
        var connection = StoreConnection.OpenForReading(path);
        try
        {
            StoreCheck.WhereSmall(connection, path);
            return new(new RowQueries(connection, path));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Every run, oldest first.</summary>
    public IReadOnlyList<RunRow> Runs() => Query<RunRow>("SELECT * FROM run ORDER BY id");

    /// <summary>The run that began last, or null in an empty database.</summary>
    public RunRow? LatestRun() => Query<RunRow>("SELECT * FROM run ORDER BY id DESC LIMIT 1") is [var run] ? run : null;

    /// <exception cref="UserErrorException">There is no such run.</exception>
    public RunRow Run(long id) => Query<RunRow>("SELECT * FROM run WHERE id = @id", new { id }) is [var run]
        ? run
        : throw new UserErrorException(ErrorKind.WrongUsage, $"the database has no run {id}")
        {
            Where = Path,
            Allowed = string.Join(", ", Query<long>("SELECT id FROM run ORDER BY id")),
        };

    public IReadOnlyList<LibraryRow> Libraries(long runId) =>
        Query<LibraryRow>("SELECT * FROM library WHERE run_id = @runId ORDER BY name", new { runId });

    public IReadOnlyDictionary<string, double> Calibration(long runId) =>
        Query<(string Name, double Value)>("SELECT name, value FROM calibration WHERE run_id = @runId ORDER BY name", new { runId })
            .ToDictionary(row => row.Name, row => row.Value);

    /// <summary>Measurements in the order in which they began; all runs where none is named.</summary>
    public IReadOnlyList<MeasurementRow> Measurements(long? runId = null, bool completeOnly = true) => MeasurementsWhere(
        "(@runId IS NULL OR run_id = @runId) AND (NOT @completeOnly OR stop_reason IS NOT NULL) ORDER BY id", new { runId, completeOnly });

    /// <summary>One measurement, or null where there is none of that id.</summary>
    public MeasurementRow? Measurement(long id) => MeasurementsWhere("id = @id", new { id }).SingleOrDefault();

    /// <summary>The measurement of a run that began last, complete or not; null where none has begun.</summary>
    public MeasurementRow? LatestMeasurement(long runId) => MeasurementsWhere("run_id = @runId ORDER BY id DESC LIMIT 1", new { runId }).SingleOrDefault();

    /// <summary>The complete measurements of a run that began last, in the order in which they began.</summary>
    public IReadOnlyList<MeasurementRow> NewestMeasurements(long runId, int most) =>
        [.. MeasurementsWhere("run_id = @runId AND stop_reason IS NOT NULL ORDER BY id DESC LIMIT @most", new { runId, most }).AsEnumerable().Reverse()];

    /// <summary>Keys of the cases that are complete, the stops by a user excepted: resume passes over them.</summary>
    public IReadOnlySet<string> CompletedCaseKeys() => Query<string>(
        """
        SELECT DISTINCT case_key FROM measurement
        WHERE stop_reason IS NOT NULL AND id NOT IN (SELECT measurement_id FROM caveat WHERE name = @interrupted)
        """,
        new { interrupted = Caveat.Interrupted.Name }).ToHashSet();

    /// <summary>Raw samples in the order in which they were taken.</summary>
    public double[] Samples(long measurementId, SampleKind kind = SampleKind.TimeS) =>
    [
        .. Query<byte[]>(
            "SELECT samples FROM sample WHERE measurement_id = @measurementId AND kind = @kind ORDER BY first",
            new { measurementId, kind = kind.ColumnName() }).SelectMany(Blob.To<double>),
    ];

    /// <summary>At most <paramref name="most"/> raw samples: all, or every k-th in the order in which they were taken.</summary>
    public double[] SamplesAtMost(long measurementId, int most)
    {
        var all = Query<long?>("SELECT sum(length(samples)) / 8 FROM sample WHERE measurement_id = @measurementId AND kind = 'time_s'", new { measurementId })[0] ?? 0;
        if (all <= most)
            return Samples(measurementId);
        var step = (all + most - 1) / most;
        var kept = new List<double>(most);
        long taken = 0;
        foreach (var chunk in _rows.Stream<byte[]>("SELECT samples FROM sample WHERE measurement_id = @measurementId AND kind = 'time_s' ORDER BY first", new { measurementId }))
        {
            var samples = Blob.To<double>(chunk);
            for (var i = (step - taken % step) % step; i < samples.Length; i += step)
                kept.Add(samples[(int)i]);
            taken += samples.Length;
        }

        return [.. kept];
    }

    public IReadOnlyList<AttemptRow> Attempts(long? runId = null) =>
        Query<AttemptRow>("SELECT * FROM attempt WHERE @runId IS NULL OR run_id = @runId ORDER BY id", new { runId });

    /// <summary>Power over the time of a run, in chunks by source and time; read as it is enumerated, once.</summary>
    public IEnumerable<PowerChunk> Power(long runId) =>
        _rows.Stream<PowerRow>("SELECT * FROM power WHERE run_id = @runId ORDER BY source, start_s", new { runId }).Select(row => row.ToChunk());

    /// <summary>Sources of a run's power with the starts of their first and last chunk, s since the start of the run.</summary>
    public IReadOnlyList<(string Source, double First, double Last)> PowerSources(long runId) =>
        Query<(string Source, double First, double Last)>("SELECT source, min(start_s), max(start_s) FROM power WHERE run_id = @runId GROUP BY source ORDER BY source", new { runId });

    /// <summary>Any query, for what has no method here; the columns map to properties in snake_case.</summary>
    public IReadOnlyList<T> Query<T>(string sql, object? parameters = null) => _rows.Query<T>(sql, parameters);

    public void Dispose() => _rows.Dispose();

    private List<MeasurementRow> MeasurementsWhere(string condition, object parameters)
    {
        var caveats = Query<(long Measurement, string Name, string Evidence)>(
            $"SELECT measurement_id, name, evidence FROM caveat WHERE measurement_id IN (SELECT id FROM measurement WHERE {condition}) ORDER BY 1, 2", parameters)
            .ToLookup(row => row.Measurement, row => new ObservedCaveat(Caveat.Parse(row.Name), row.Evidence));
        return _rows.WithResults<MeasurementRow, MeasurementResult>(
            $"SELECT * FROM measurement WHERE {condition}", parameters, firstOfResult: "stop_reason",
            (row, result) => row with { Result = result is null ? null : result with { Caveats = [.. caveats[row.Id]] } });
    }
}
