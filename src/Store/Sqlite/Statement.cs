using Microsoft.Data.Sqlite;

namespace SparseProf.Store.Sqlite;

/// <summary>A prepared statement with positional values.</summary>
internal sealed class Statement : IDisposable
{
    private readonly SqliteCommand _command;
    private readonly SqliteParameter[] _parameters;
    private readonly IReadOnlyList<string>? _columns;

    public Statement(SqliteConnection connection, string sql, int parameters)
        : this(connection, sql, parameters, columns: null)
    {
    }

    /// <param name="columns">Of the values in their order, where the last parameter is their checksum.</param>
    private Statement(SqliteConnection connection, string sql, int parameters, IReadOnlyList<string>? columns)
    {
        _columns = columns;
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        _parameters = new SqliteParameter[parameters];
        for (var i = 0; i < parameters; i++)
            _parameters[i] = _command.Parameters.Add(new SqliteParameter($"${i}", DBNull.Value));
        _command.Prepare();
    }

    /// <summary>An insert of named columns, in the order in which values are then given; the row's checksum comes with it.</summary>
    public static Statement Insert(SqliteConnection connection, string table, params IReadOnlyList<string> columns) =>
        new(connection, $"INSERT INTO {table} ({string.Join(", ", columns)}, {RowChecksum.Column}) VALUES ({Places(0, columns.Count + 1)})", columns.Count + 1, columns);

    /// <summary>
    /// An update of named columns that were null, in the order in which values are then given, of the row whose id is the
    /// last value. SQLite has no exclusive or: a ^ b = (a | b) - (a &amp; b).
    /// </summary>
    public static Statement Complete(SqliteConnection connection, string table, string condition, params IReadOnlyList<string> columns)
    {
        var (id, sum) = ($"${columns.Count}", $"${columns.Count + 1}");
        var set = string.Join(", ", columns.Select((column, i) => $"{column} = ${i}"));
        return new(
            connection, $"UPDATE {table} SET {set}, {RowChecksum.Column} = (checksum | {sum}) - (checksum & {sum}) WHERE id = {id} AND {condition}",
            columns.Count + 2, [.. columns, "id"]);
    }

    /// <summary>The number of rows changed.</summary>
    public int Execute(SqliteTransaction? transaction, params ReadOnlySpan<object> values)
    {
        var given = _columns is null ? _parameters.Length : _parameters.Length - 1;
        if (values.Length != given)
            throw new ArgumentException($"{values.Length} values for {given} parameters of: {_command.CommandText}", nameof(values));
        for (var i = 0; i < values.Length; i++)
            _parameters[i].Value = values[i];
        if (_columns is not null)
            _parameters[^1].Value = RowChecksum.Of(_columns, values);
        _command.Transaction = transaction;
        return _command.ExecuteNonQuery();
    }

    public void Dispose() => _command.Dispose();

    private static string Places(int first, int count) => string.Join(", ", Enumerable.Range(first, count).Select(i => $"${i}"));
}
