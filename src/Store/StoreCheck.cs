using Microsoft.Data.Sqlite;
using SparseProf.Ops.Errors;
using SparseProf.Store.Sqlite;

namespace SparseProf.Store;

/// <summary>
/// Tells whether a database is what was written: its pages and indices by SQLite's own check, its rows by their checksums.
/// Rows of schema 2 and earlier have none and are passed over.
/// </summary>
public static class StoreCheck
{
    /// <summary>Files up to this size are checked whole when they are first read.</summary>
    private const long SmallBytes = 4 << 20;

    private static readonly HashSet<string> s_checked = [];

    // A row without a checksum is older than checksums, and so is what it belongs to.
    private static readonly (string Column, string Table)[] s_owners =
        [("run_id", "run"), ("measurement_id", "measurement"), ("training_run_id", "training_run"), ("import_id", "import")];

    // A merge notes it of whatever it finds, without a checksum.
    private const string Origin = "origin";

    /// <param name="path">An existing database.</param>
    /// <returns>Rows whose checksum agreed, and rows without one.</returns>
    /// <exception cref="UserErrorException">The database is damaged, or it is none of this schema.</exception>
    public static (long Agreed, long Without) Check(string path, CancellationToken cancel = default)
    {
        using var connection = StoreConnection.OpenForReading(path);
        return Check(connection, path, cancel);
    }

    /// <summary>Checks a small database once a process; a large one is checked by <c>sparseprof check</c>.</summary>
    internal static void WhereSmall(SqliteConnection connection, string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > SmallBytes)
            return;
        lock (s_checked)
        {
            if (!s_checked.Add(file.FullName))
                return;
        }

        Check(connection, path, CancellationToken.None);
    }

    private static (long Agreed, long Without) Check(SqliteConnection connection, string path, CancellationToken cancel)
    {
        try
        {
            // One snapshot for all: another program may be writing.
            using var transaction = connection.BeginTransaction(deferred: true);
            CheckPages(connection, transaction, path);
            var (agreed, without) = (0L, 0L);
            foreach (var table in Tables(connection, transaction))
            {
                cancel.ThrowIfCancellationRequested();
                var (more, none) = CheckRows(connection, transaction, table, path);
                (agreed, without) = (agreed + more, without + none);
            }

            return (agreed, without);
        }
        catch (SqliteException error)
        {
            throw StoreErrors.Translate(error, path);
        }
        catch (Exception broken) when (broken is ArgumentException or InvalidCastException or FormatException)
        {
            throw StoreErrors.Damaged("a row cannot be read", path, broken);
        }
    }

    private static void CheckPages(SqliteConnection connection, SqliteTransaction transaction, string path)
    {
        using var command = Command(connection, transaction, "PRAGMA integrity_check(1)");
        if (command.ExecuteScalar() is not "ok" and var told)
            throw StoreErrors.Damaged($"{told}", path);
        // Checksums leave ids out; an id that was changed in the last row of its table keeps the order, and refers to nothing.
        using var references = Command(connection, transaction, "PRAGMA foreign_key_check");
        if (references.ExecuteScalar() is string table)
            throw StoreErrors.Damaged($"a row of the table {table} belongs to nothing", path);
        // A run's libraries are written with it.
        using var runs = Command(connection, transaction, "SELECT run.id FROM run JOIN library ON run_id = run.id WHERE run.checksum IS NULL AND library.checksum IS NOT NULL LIMIT 1");
        if (runs.ExecuteScalar() is long run)
            throw StoreErrors.Damaged($"row {run} of the table run is not what was written", path);
    }

    private static List<string> Tables(SqliteConnection connection, SqliteTransaction transaction)
    {
        using var command = Command(connection, transaction, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
            names.Add(reader.GetString(0));
        return names;
    }

    private static (long Agreed, long Without) CheckRows(SqliteConnection connection, SqliteTransaction transaction, string table, string path)
    {
        using var command = Command(connection, transaction, $"SELECT * FROM {table}");
        using var reader = command.ExecuteReader();
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        var place = Array.IndexOf(columns, RowChecksum.Column);
        if (place < 0)
            throw StoreErrors.Damaged($"the table {table} has no checksums", path);
        var owner = s_owners.FirstOrDefault(owner => table != Origin && columns.Contains(owner.Column));
        var ownerPlace = Array.IndexOf(columns, owner.Column);
        var owners = new Dictionary<object, bool>();
        var values = new object[columns.Length];
        var (agreed, without) = (0L, 0L);
        while (reader.Read())
        {
            reader.GetValues(values);
            if (values[place] is not long written)
            {
                if (ownerPlace >= 0 && OwnerHasChecksum(values[ownerPlace]))
                    throw NotAsWritten();
                without++;
            }
            else if (RowChecksum.Of(columns, values) == written)
                agreed++;
            else
            {
                throw NotAsWritten();
            }
        }

        return (agreed, without);

        UserErrorException NotAsWritten() => StoreErrors.Damaged($"row {agreed + without + 1} of the table {table} is not what was written", path);

        bool OwnerHasChecksum(object id)
        {
            if (owners.TryGetValue(id, out var known))
                return known;
            using var one = Command(connection, transaction, $"SELECT {RowChecksum.Column} FROM {owner.Table} WHERE id = $id");
            one.Parameters.AddWithValue("$id", id);
            return owners[id] = one.ExecuteScalar() is long;
        }
    }

    private static SqliteCommand Command(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        return command;
    }
}
