using Microsoft.Data.Sqlite;
using SparseProf.Ops.Errors;

namespace SparseProf.Store.Sqlite;

/// <summary>
/// Appends rows by prepared statements, each at once or several in one transaction, and completes them. Whoever calls does so
/// within <see cref="Guarded"/>, one thread at a time.
/// </summary>
internal sealed class RowAppender(SqliteConnection connection, string path) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Statement> _statements = [];
    private SqliteTransaction? _transaction;

    public string Path => path;

    /// <exception cref="UserErrorException">What SQLite refused, or that the file was taken away, in a sentence.</exception>
    public T Guarded<T>(Func<T> append)
    {
        lock (_gate)
        {
            try
            {
                // SQLite keeps writing to a file that was removed; better to stop than to work for nothing.
                if (connection.HasMoved())
                {
                    throw new UserErrorException(ErrorKind.Failed, "the database was removed or replaced while it was written to")
                    {
                        Where = path,
                        Next = "run again; what this run had stored went with the file",
                    };
                }

                return append();
            }
            catch (SqliteException error)
            {
                throw StoreErrors.Translate(error, path);
            }
        }
    }

    /// <summary>All of what is appended meanwhile or nothing; joins a transaction that is under way.</summary>
    public void InTransaction(Action appends)
    {
        if (_transaction is not null)
        {
            appends();
            return;
        }

        using var transaction = connection.BeginTransaction(deferred: false);
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

    /// <summary>A row by its columns.</summary>
    public int Append(string table, string[] columns, params object[] values) => Inserting(table, columns).Execute(_transaction, values);

    public long Insert<T>(string table, T row) => Insert(table, row, []);

    public long Insert<T>(string table, T row, string leading, object value) => Insert(table, row, [leading], value);

    /// <summary>A row behind the columns that lead it.</summary>
    /// <returns>Its id.</returns>
    public long Insert<T>(string table, T row, string[] leading, params object[] values)
    {
        Inserting(table, [.. leading, .. RowColumns<T>.Names]).Execute(_transaction, [.. values, .. RowColumns<T>.Values(row)]);
        return SQLitePCL.raw.sqlite3_last_insert_rowid(connection.Handle);
    }

    /// <summary>Fills columns of a row that were null.</summary>
    /// <exception cref="InvalidOperationException">There is no such row, or it was completed before.</exception>
    public void Complete(string table, string condition, IReadOnlyList<string> columns, IEnumerable<object> values, long id)
    {
        var update = Prepared("complete " + table, () => Statement.Complete(connection, table, condition, columns));
        if (update.Execute(_transaction, [.. values, id]) != 1)
            throw new InvalidOperationException($"{table} {id} does not exist or was completed before");
    }

    /// <summary>Whether there is a row with these values.</summary>
    public bool Has(string table, params (string Column, string Value)[] wanted)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table} WHERE {string.Join(" AND ", wanted.Select(pair => $"{pair.Column} = ${pair.Column}"))}";
        foreach (var (column, value) in wanted)
            command.Parameters.AddWithValue("$" + column, value);
        return (long)command.ExecuteScalar()! > 0;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        connection.Dispose();
    }

    private Statement Inserting(string table, string[] columns) => Prepared(table, () => Statement.Insert(connection, table, columns));

    private Statement Prepared(string name, Func<Statement> prepare)
    {
        if (!_statements.TryGetValue(name, out var statement))
            _statements[name] = statement = prepare();
        return statement;
    }
}
