using Microsoft.Data.Sqlite;
using SparseProf.Store.Sqlite;

namespace SparseProf.Store.Merging;

/// <summary>The merged database while it grows: rows are copied inside SQLite, run by run, from the file attached as <c>shard</c>.</summary>
internal sealed class MergeTarget : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, string> _columns = [];
    private readonly List<string> _indices = [];
    private SqliteTransaction? _transaction;
    private string? _attached;
    private long _known;

    public MergeTarget(string path)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Uri(path), Pooling = false, ForeignKeys = false }.ConnectionString);
        _connection.Open();
        // The file is thrown away if this is cut off, so it needs no journal; 400 MB of cache hold the indices of millions of rows.
        _connection.Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA temp_store = MEMORY; PRAGMA threads = 2");
        DropIndices();
    }

    public void AddRun(ShardFile file, ShardRun run)
    {
        Attach(file);
        var isNew = Scalar("SELECT count(*) FROM main.run WHERE key = $0", run.Key) == 0;
        if (isNew)
            Execute($"INSERT INTO main.run ({Columns("run")}) SELECT {Columns("run")} FROM shard.run WHERE id = $0", run.Id);
        var id = Scalar("SELECT id FROM main.run WHERE key = $0", run.Key);
        AddOrigins(file, run, id);
        // Attempts have no key of their own: they come with the version of the run that is laid down first.
        foreach (var table in isNew ? new[] { "library", "calibration", "attempt" } : [])
            Execute($"INSERT INTO main.{table} (run_id, {Columns(table)}) SELECT $1, {Columns(table)} FROM shard.{table} WHERE run_id = $0 ORDER BY {Columns(table)}", run.Id, id);
        AddKeyed("measurement", run.Id, id, "caveat", "sample");
        Execute(
            $"INSERT OR IGNORE INTO main.power (run_id, measurement_id, {Columns("power")}) SELECT $1, laid.new, {Prefixed("power")} FROM shard.power AS row LEFT JOIN measurement_ids AS laid ON laid.old = row.measurement_id WHERE row.run_id = $0 ORDER BY source, start_s",
            run.Id, id);
        AddKeyed("training_run", run.Id, id, "training_step", "training_metric", "evaluation");
    }

    /// <summary>A table that came from elsewhere.</summary>
    public void AddImport(ShardFile file, ShardImport import)
    {
        Attach(file);
        Execute($"INSERT INTO main.import ({Columns("import")}) SELECT {Columns("import")} FROM shard.import WHERE id = $0", import.Id);
        var id = Scalar("SELECT max(id) FROM main.import");
        foreach (var table in new[] { "imported_kernel", "imported_loss" })
            Execute($"INSERT INTO main.{table} (import_id, {Columns(table)}) SELECT $1, {Columns(table)} FROM shard.{table} WHERE import_id = $0", import.Id, id);
    }

    public MergeResult Finish()
    {
        Detach();
        foreach (var index in _indices)
            _connection.Execute(index);
        var result = new MergeResult(
            0,
            Scalar("SELECT count(*) FROM run"),
            Scalar("SELECT count(*) FROM measurement"),
            Scalar("SELECT count(DISTINCT case_key) FROM measurement"),
            Scalar("SELECT coalesce(sum(length(samples)), 0) / 8 FROM sample WHERE kind = 'time_s'"),
            _known);
        _connection.Execute("PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE");
        return result;
    }

    public void Dispose()
    {
        _transaction?.Dispose();
        _connection.Dispose();
    }

    // Sorting all rows at the end takes a fraction of the time of keeping an index in order while they come.
    private void DropIndices()
    {
        var names = new List<string>();
        using (var command = Command("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL", []))
        using (var rows = command.ExecuteReader())
        {
            while (rows.Read())
            {
                names.Add(rows.GetString(0));
                _indices.Add(rows.GetString(1));
            }
        }

        foreach (var name in names)
            _connection.Execute($"DROP INDEX {name}");
    }

    private void AddOrigins(ShardFile file, ShardRun run, long id)
    {
        Execute("INSERT OR IGNORE INTO main.origin (run_id, file) SELECT $1, file FROM shard.origin WHERE run_id = $0", run.Id, id);
        if (!file.IsOutput && Scalar("SELECT count(*) FROM shard.origin WHERE run_id = $0", run.Id) == 0)
            Execute("INSERT OR IGNORE INTO main.origin (run_id, file) VALUES ($0, $1)", id, Path.GetFileName(file.Path));
    }

    /// <summary>Copies rows that have a key, in the order of their start, and what hangs on them; rows whose key is there are left out.</summary>
    private void AddKeyed(string table, long oldRun, long newRun, params string[] children)
    {
        Execute($"DROP TABLE IF EXISTS {table}_ids");
        Execute(
            $"""
            CREATE TEMP TABLE {table}_ids AS
            SELECT row.id AS old, (SELECT coalesce(max(id), 0) FROM main.{table}) + row_number() OVER (ORDER BY row.started_utc, row.key) AS new
            FROM shard.{table} AS row
            WHERE row.run_id = $0 AND NOT EXISTS (SELECT 1 FROM main.{table} AS other WHERE other.key = row.key)
            """,
            oldRun);
        if (table == "measurement")
            _known += Scalar("SELECT count(*) FROM shard.measurement WHERE run_id = $0", oldRun) - Scalar("SELECT count(*) FROM measurement_ids");
        Execute($"INSERT INTO main.{table} (id, run_id, {Columns(table)}) SELECT laid.new, $0, {Prefixed(table)} FROM {table}_ids AS laid JOIN shard.{table} AS row ON row.id = laid.old ORDER BY laid.new", newRun);
        foreach (var child in children)
            Execute($"INSERT INTO main.{child} ({table}_id, {Columns(child)}) SELECT laid.new, {Prefixed(child)} FROM {table}_ids AS laid JOIN shard.{child} AS row ON row.{table}_id = laid.old ORDER BY laid.new");
    }

    private static string Uri(string path) => "file:" + System.Uri.EscapeDataString(path);

    private void Attach(ShardFile file)
    {
        if (_attached == file.Path)
            return;
        Detach();
        using var attach = new Statement(_connection, "ATTACH $0 AS shard", 1);
        attach.Execute(null, Uri(file.Path) + "?mode=ro");
        _attached = file.Path;
        _transaction = _connection.BeginTransaction();
    }

    private void Detach()
    {
        if (_attached is null)
            return;
        _transaction!.Commit();
        _transaction.Dispose();
        _transaction = null;
        _connection.Execute("DETACH shard");
        _attached = null;
    }

    /// <summary>The columns of a table that are copied as they are: all but its id and the ids of what it hangs on.</summary>
    private string Columns(string table)
    {
        if (!_columns.TryGetValue(table, out var columns))
        {
            using var command = _connection.CreateCommand();
            command.Transaction = _transaction;
            command.CommandText = $"SELECT group_concat(name, ', ') FROM pragma_table_info('{table}') WHERE name NOT IN ('id', 'run_id', 'measurement_id', 'training_run_id', 'import_id')";
            _columns[table] = columns = (string)command.ExecuteScalar()!;
        }

        return columns;
    }

    private string Prefixed(string table) => "row." + Columns(table).Replace(", ", ", row.", StringComparison.Ordinal);

    private void Execute(string sql, params object[] values)
    {
        using var command = Command(sql, values);
        command.ExecuteNonQuery();
    }

    private long Scalar(string sql, params object[] values)
    {
        using var command = Command(sql, values);
        return (long)command.ExecuteScalar()!;
    }

    private SqliteCommand Command(string sql, object[] values)
    {
        var command = _connection.CreateCommand();
        command.Transaction = _transaction;
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
            command.Parameters.Add(new SqliteParameter($"${i}", values[i]));
        return command;
    }
}
