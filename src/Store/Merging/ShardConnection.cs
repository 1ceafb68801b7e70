using Microsoft.Data.Sqlite;
using SparseProf.Store.Sqlite;

namespace SparseProf.Store.Merging;

/// <summary>A database that is being merged into, with one file at a time attached read-only as <c>shard</c>, and a transaction for each.</summary>
internal sealed class ShardConnection : IDisposable
{
    private readonly SqliteConnection _connection;
    private SqliteTransaction? _transaction;
    private string? _attached;

    public ShardConnection(string path)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Uri(path), Pooling = false, ForeignKeys = false }.ConnectionString);
        _connection.Open();
        // The file is thrown away if this is cut off, so it needs no journal; 400 MB of cache hold the indices of millions of rows.
        _connection.Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA temp_store = MEMORY; PRAGMA threads = 2");
    }

    /// <summary>Attaches a file in place of the one before, whose rows are then committed.</summary>
    public void Attach(string path)
    {
        if (_attached == path)
            return;
        Detach();
        using var attach = new Statement(_connection, "ATTACH $0 AS shard", 1);
        attach.Execute(null, Uri(path) + "?mode=ro");
        _attached = path;
        _transaction = _connection.BeginTransaction();
    }

    /// <summary>Commits what came from the attached file, if there is one.</summary>
    public void Detach()
    {
        if (_attached is null)
            return;
        _transaction!.Commit();
        _transaction.Dispose();
        _transaction = null;
        _connection.Execute("DETACH shard");
        _attached = null;
    }

    /// <param name="values">Of $0, $1, …</param>
    public void Execute(string sql, params object[] values)
    {
        using var command = Command(sql, values);
        command.ExecuteNonQuery();
    }

    public long Scalar(string sql, params object[] values)
    {
        using var command = Command(sql, values);
        return (long)command.ExecuteScalar()!;
    }

    public string Text(string sql)
    {
        using var command = Command(sql, []);
        return (string)command.ExecuteScalar()!;
    }

    /// <summary>Names of the indices and the statements that make them.</summary>
    public IReadOnlyList<(string Name, string Sql)> Indices()
    {
        var found = new List<(string, string)>();
        using var command = Command("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL", []);
        using var rows = command.ExecuteReader();
        while (rows.Read())
            found.Add((rows.GetString(0), rows.GetString(1)));
        return found;
    }

    /// <summary>Makes the file one like any other: on the disk, with a journal.</summary>
    public void Settle() => _connection.Execute("PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE");

    public void Dispose()
    {
        _transaction?.Dispose();
        _connection.Dispose();
    }

    private static string Uri(string path) => "file:" + System.Uri.EscapeDataString(path);

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
