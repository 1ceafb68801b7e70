using Microsoft.Data.Sqlite;

namespace SparseProf.Store.Sqlite;

/// <summary>A prepared statement with positional values.</summary>
internal sealed class Statement : IDisposable
{
    private readonly SqliteCommand _command;
    private readonly SqliteParameter[] _parameters;

    public Statement(SqliteConnection connection, string sql, int parameters)
    {
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        _parameters = new SqliteParameter[parameters];
        for (var i = 0; i < parameters; i++)
            _parameters[i] = _command.Parameters.Add(new SqliteParameter($"${i}", DBNull.Value));
        _command.Prepare();
    }

    /// <summary>An insert of named columns, in the order in which values are then given.</summary>
    public static Statement Insert(SqliteConnection connection, string table, params IReadOnlyList<string> columns) =>
        new(connection, $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({Places(0, columns.Count)})", columns.Count);

    /// <summary>An update of named columns, in the order in which values are then given, of the row whose id is the last value.</summary>
    public static Statement Update(SqliteConnection connection, string table, string condition, params IReadOnlyList<string> columns) =>
        new(connection, $"UPDATE {table} SET {string.Join(", ", columns.Select((column, i) => $"{column} = ${i}"))} WHERE id = ${columns.Count} AND {condition}", columns.Count + 1);

    /// <summary>The number of rows changed.</summary>
    public int Execute(SqliteTransaction? transaction, params ReadOnlySpan<object> values)
    {
        if (values.Length != _parameters.Length)
            throw new ArgumentException($"{values.Length} values for {_parameters.Length} parameters of: {_command.CommandText}", nameof(values));
        for (var i = 0; i < values.Length; i++)
            _parameters[i].Value = values[i];
        _command.Transaction = transaction;
        return _command.ExecuteNonQuery();
    }

    public void Dispose() => _command.Dispose();

    private static string Places(int first, int count) => string.Join(", ", Enumerable.Range(first, count).Select(i => $"${i}"));
}
