namespace SparseProf.Store.Merging;

/// <summary>The merged database while it grows: rows are copied inside SQLite, run by run, from the file attached as <c>shard</c>.</summary>
internal sealed class MergeTarget : IDisposable
{
    private readonly ShardConnection _shards;
    private readonly Dictionary<string, string> _columns = [];
    private readonly List<string> _indices = [];
    private long _known;

    public MergeTarget(string path)
    {
        _shards = new ShardConnection(path);
        // Sorting all rows at the end takes a fraction of the time of keeping an index in order while they come.
        foreach (var (name, sql) in _shards.Indices())
        {
            _shards.Execute($"DROP INDEX {name}");
            _indices.Add(sql);
        }
    }

    public void AddRun(ShardFile file, ShardRun run)
    {
        _shards.Attach(file.Path);
        var isNew = _shards.Scalar("SELECT count(*) FROM main.run WHERE key = $0", run.Key) == 0;
        if (isNew)
            _shards.Execute($"INSERT INTO main.run ({Columns("run")}) SELECT {Columns("run")} FROM shard.run WHERE id = $0", run.Id);
        var id = _shards.Scalar("SELECT id FROM main.run WHERE key = $0", run.Key);
        AddOrigins(file, run, id);
        // Attempts have no key of their own: they come with the version of the run that is laid down first.
        foreach (var table in isNew ? new[] { "library", "calibration", "attempt" } : [])
            _shards.Execute($"INSERT INTO main.{table} (run_id, {Columns(table)}) SELECT $1, {Columns(table)} FROM shard.{table} WHERE run_id = $0 ORDER BY {Columns(table)}", run.Id, id);
        AddKeyed("measurement", run.Id, id, "caveat", "sample");
        _shards.Execute(
            $"INSERT OR IGNORE INTO main.power (run_id, measurement_id, {Columns("power")}) SELECT $1, laid.new, {Prefixed("power")} FROM shard.power AS row LEFT JOIN measurement_ids AS laid ON laid.old = row.measurement_id WHERE row.run_id = $0 ORDER BY source, start_s",
            run.Id, id);
        AddKeyed("training_run", run.Id, id, "training_step", "training_metric", "evaluation");
    }

    /// <summary>A table that came from elsewhere.</summary>
    public void AddImport(ShardFile file, ShardImport import)
    {
        _shards.Attach(file.Path);
        _shards.Execute($"INSERT INTO main.import ({Columns("import")}) SELECT {Columns("import")} FROM shard.import WHERE id = $0", import.Id);
        var id = _shards.Scalar("SELECT max(id) FROM main.import");
        foreach (var table in new[] { "imported_kernel", "imported_loss" })
            _shards.Execute($"INSERT INTO main.{table} (import_id, {Columns(table)}) SELECT $1, {Columns(table)} FROM shard.{table} WHERE import_id = $0", import.Id, id);
    }

    public MergeResult Finish()
    {
        _shards.Detach();
        foreach (var index in _indices)
            _shards.Execute(index);
        var result = new MergeResult(
            0,
            _shards.Scalar("SELECT count(*) FROM run"),
            _shards.Scalar("SELECT count(*) FROM measurement"),
            _shards.Scalar("SELECT count(DISTINCT case_key) FROM measurement"),
            _shards.Scalar("SELECT coalesce(sum(length(samples)), 0) / 8 FROM sample WHERE kind = 'time_s'"),
            _known);
        _shards.Settle();
        return result;
    }

    public void Dispose() => _shards.Dispose();

    private void AddOrigins(ShardFile file, ShardRun run, long id)
    {
        _shards.Execute("INSERT OR IGNORE INTO main.origin (run_id, file) SELECT $1, file FROM shard.origin WHERE run_id = $0", run.Id, id);
        if (!file.IsOutput && _shards.Scalar("SELECT count(*) FROM shard.origin WHERE run_id = $0", run.Id) == 0)
            _shards.Execute("INSERT OR IGNORE INTO main.origin (run_id, file) VALUES ($0, $1)", id, Path.GetFileName(file.Path));
    }

    /// <summary>Copies rows that have a key, in the order of their start, and what hangs on them; rows whose key is there are left out.</summary>
    private void AddKeyed(string table, long oldRun, long newRun, params string[] children)
    {
        _shards.Execute($"DROP TABLE IF EXISTS {table}_ids");
        _shards.Execute(
            $"""
            CREATE TEMP TABLE {table}_ids AS
            SELECT row.id AS old, (SELECT coalesce(max(id), 0) FROM main.{table}) + row_number() OVER (ORDER BY row.started_utc, row.key) AS new
            FROM shard.{table} AS row
            WHERE row.run_id = $0 AND NOT EXISTS (SELECT 1 FROM main.{table} AS other WHERE other.key = row.key)
            """,
            oldRun);
        if (table == "measurement")
            _known += _shards.Scalar("SELECT count(*) FROM shard.measurement WHERE run_id = $0", oldRun) - _shards.Scalar("SELECT count(*) FROM measurement_ids");
        _shards.Execute($"INSERT INTO main.{table} (id, run_id, {Columns(table)}) SELECT laid.new, $0, {Prefixed(table)} FROM {table}_ids AS laid JOIN shard.{table} AS row ON row.id = laid.old ORDER BY laid.new", newRun);
        foreach (var child in children)
            _shards.Execute($"INSERT INTO main.{child} ({table}_id, {Columns(child)}) SELECT laid.new, {Prefixed(child)} FROM {table}_ids AS laid JOIN shard.{child} AS row ON row.{table}_id = laid.old ORDER BY laid.new");
    }

    /// <summary>The columns of a table that are copied as they are: all but its id and the ids of what it hangs on.</summary>
    private string Columns(string table)
    {
        if (!_columns.TryGetValue(table, out var columns))
        {
            _columns[table] = columns = _shards.Text(
                $"SELECT group_concat(name, ', ') FROM pragma_table_info('{table}') WHERE name NOT IN ('id', 'run_id', 'measurement_id', 'training_run_id', 'import_id')");
        }

        return columns;
    }

    private string Prefixed(string table) => "row." + Columns(table).Replace(", ", ", row.", StringComparison.Ordinal);
}
