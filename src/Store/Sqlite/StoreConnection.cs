using Microsoft.Data.Sqlite;
using SparseProf.Ops.Errors;

namespace SparseProf.Store.Sqlite;

/// <summary>Opens a database file, or says in one sentence why it cannot be opened.</summary>
internal static class StoreConnection
{
    /// <summary>How long a commit waits for another program before it gives up.</summary>
    public const int LockPatienceS = 5;

    /// <summary>Opens for appending; makes the file where there is none, upgrades an older schema.</summary>
    /// <exception cref="UserErrorException">The path, the file or its schema does not allow it.</exception>
    public static SqliteConnection OpenForWriting(string path)
    {
        CheckPath(path);
        return Open(path, SqliteOpenMode.ReadWriteCreate, connection =>
        {
            // An untouched file is told apart before anything is written to it.
            Schema.CheckOwner(connection, path);
            connection.Execute("PRAGMA journal_mode = WAL");
            // A killed process loses nothing; a power cut may lose the last commits but never damages the file.
            connection.Execute("PRAGMA synchronous = NORMAL");
            Schema.CreateOrUpgrade(connection, path);
        });
    }

    /// <summary>Opens an existing file read-only.</summary>
    /// <exception cref="UserErrorException">There is no such file, or it is not a database of this schema.</exception>
    public static SqliteConnection OpenForReading(string path)
    {
        CheckPath(path);
        if (!File.Exists(path))
        {
            throw new UserErrorException(ErrorKind.WrongUsage, "there is no database")
            {
                Where = path,
                Next = "'sparseprof measure' makes one; --db names another file",
            };
        }

        try
        {
            try
            {
                return Open(path, SqliteOpenMode.ReadOnly, connection => Schema.CheckCurrent(connection, path));
            }
            catch (UserErrorException refused) when (StoreErrors.IsReadOnly(refused) && CanWriteBeside(path))
            {
                // A program was killed in the middle of a change: it is undone first, and that writes.
                Open(path, SqliteOpenMode.ReadWrite, connection => connection.Scalar("SELECT count(*) FROM sqlite_schema")).Dispose();
                return Open(path, SqliteOpenMode.ReadOnly, connection => Schema.CheckCurrent(connection, path));
            }
        }
        catch (UserErrorException refused) when (refused.InnerException is SqliteException && !CanWriteBeside(path) && !File.Exists(path + "-wal"))
        {
            // In a read-only folder WAL cannot keep its index; a closed database can be read without it.
            return Open("file:" + Uri.EscapeDataString(Path.GetFullPath(path)) + "?immutable=1", SqliteOpenMode.ReadOnly, connection => Schema.CheckCurrent(connection, path));
        }
    }

    /// <summary>The schema of an existing file; 0 where it is empty.</summary>
    /// <exception cref="UserErrorException">Another program's, a newer SparseProf's, or no database at all.</exception>
    public static long VersionOf(string path)
    {
        using var connection = Open(path, SqliteOpenMode.ReadOnly, connection => Schema.CheckOwner(connection, path));
        return connection.Scalar("PRAGMA user_version");
    }

    public static void Execute(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static long Scalar(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static SqliteConnection Open(string source, SqliteOpenMode mode, Action<SqliteConnection> prepare)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = source,
            Mode = mode,
            ForeignKeys = true,
            Pooling = false,
            DefaultTimeout = LockPatienceS,
        };
        var connection = new SqliteConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            prepare(connection);
            return connection;
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw StoreErrors.Translate(error, source);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void CheckPath(string path)
    {
        if (Directory.Exists(path))
            throw StoreErrors.NotOurs("the path names a folder, not a file", path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"the folder '{folder}' does not exist")
            {
                Where = path,
                Next = $"make it with 'mkdir -p {folder}', or name another file with --db",
            };
        }

        if (!File.Exists(path))
            return;
        try
        {
            using var readable = File.Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, "the database cannot be read: permission denied", refused)
            {
                Where = path,
                Next = "check the file's permissions, or name another file with --db",
            };
        }
    }

    private static bool CanWriteBeside(string path)
    {
        var probe = Path.GetFullPath(path) + $".{Environment.ProcessId}.probe";
        try
        {
            using (File.Create(probe, 1, FileOptions.DeleteOnClose))
                return true;
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }
}
