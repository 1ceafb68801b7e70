using Dapper;
using Microsoft.Data.Sqlite;
using SparseProf.Ops.Errors;

namespace SparseProf.Store.Sqlite;

/// <summary>Queries whose columns map to properties in snake_case, with SQLite's errors told in sentences.</summary>
internal sealed class RowQueries(SqliteConnection connection, string path) : IDisposable
{
    static RowQueries() => RowMapping.Register();

    public string Path => path;

    /// <summary>Whether the file was removed or replaced since it was opened.</summary>
    public bool HasMoved => connection.HasMoved();

    public List<T> Query<T>(string sql, object? parameters = null) => Guarded(() => connection.Query<T>(sql, parameters).AsList());

    /// <summary>Rows whose columns from <paramref name="firstOfResult"/> on are those of their result: none where that first one is null.</summary>
    public List<TRow> WithResults<TRow, TResult>(string sql, object parameters, string firstOfResult, Func<TRow, TResult?, TRow> join) =>
        Guarded(() => connection.Query<TRow, TResult?, TRow>(sql, join, parameters, splitOn: firstOfResult).AsList());

    /// <summary>Rows one by one: what they hold together may be larger than the memory.</summary>
    public IEnumerable<T> Stream<T>(string sql, object parameters)
    {
        using var rows = Guarded(() => connection.Query<T>(sql, parameters, buffered: false).GetEnumerator());
        while (Guarded(rows.MoveNext))
            yield return rows.Current;
    }

    public void Dispose() => connection.Dispose();

    /// <exception cref="UserErrorException">What SQLite says, translated.</exception>
    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteException error)
        {
            throw StoreErrors.Translate(error, path);
        }
    }
}
