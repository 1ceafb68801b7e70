using Microsoft.Data.Sqlite;
using SparseProf.Ops.Errors;

namespace SparseProf.Store.Sqlite;

/// <summary>SQLite's result codes as sentences that say what to do.</summary>
internal static class StoreErrors
{
    private const int Busy = 5, Locked = 6, ReadOnly = 8, Io = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    // Extended codes of Io that a full disk causes: write, shared-memory size, truncate.
    private const int IoWrite = 10 | (3 << 8), IoSharedMemorySize = 10 | (19 << 8), IoTruncate = 10 | (6 << 8);

    public static bool IsReadOnly(UserErrorException told) => told.InnerException is SqliteException { SqliteErrorCode: ReadOnly };

    public static UserErrorException Translate(SqliteException error, string path) => error.SqliteErrorCode switch
    {
        Busy or Locked => new UserErrorException(ErrorKind.Failed, $"another program kept the database locked for {StoreConnection.LockPatienceS} s", error)
        {
            Where = path,
            Next = "wait until the other SparseProf has finished, or write to another file with --db",
        },
        ReadOnly => new UserErrorException(ErrorKind.Failed, "the database or its folder is read-only", error)
        {
            Where = path,
            Next = "make both writable, or write to another file with --db",
        },
        Full => DiskFull(error, path),
        Io when error.SqliteExtendedErrorCode is IoWrite or IoSharedMemorySize or IoTruncate => DiskFull(error, path),
        Io => new UserErrorException(ErrorKind.Failed, $"the database cannot be read or written: {error.Message}", error)
        {
            Where = path,
            Next = "check the disk; what was stored before is kept",
        },
        Corrupt => Damaged(null, path, error),
        NotADatabase => NotOurs("the file is not a SQLite database", path, error),
        CannotOpen => new UserErrorException(ErrorKind.WrongUsage, "the database cannot be opened", error)
        {
            Where = path,
            Next = "check the path and its permissions",
        },
        _ => new UserErrorException(ErrorKind.Failed, $"the database refused: {error.Message}", error) { Where = path },
    };

    /// <param name="how">What was found, in a few words.</param>
    public static UserErrorException Damaged(string? how, string path, Exception? cause = null) => new(ErrorKind.Failed, how is null ? "the database is damaged" : $"the database is damaged: {how}", cause)
    {
        Where = path,
        Next = "save what is readable with 'sqlite3 FILE .recover', and write to another file with --db",
    };

    public static UserErrorException NotOurs(string what, string path, Exception? cause = null) => new(ErrorKind.WrongUsage, what, cause)
    {
        Where = path,
        Allowed = "a database that SparseProf made, or a path where no file is yet",
        Next = "name another file with --db; this one was not changed",
    };

    private static UserErrorException DiskFull(Exception error, string path) => new(ErrorKind.Failed, "the disk is full", error)
    {
        Where = path,
        Next = "free some space and run again with --resume; everything stored so far is kept",
    };
}
