using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace SparseProf.Store.Sqlite;

/// <summary>Whether the file that a connection has open still is the one of that name.</summary>
internal static partial class FileIdentity
{
    // SQLITE_FCNTL_HAS_MOVED
    private const int HasMovedControl = 20;

    /// <summary>True where the file was removed, renamed or replaced.</summary>
    public static bool HasMoved(this SqliteConnection connection)
    {
        var moved = 0;
        return Control(connection.Handle!.DangerousGetHandle(), 0, HasMovedControl, ref moved) == 0 && moved != 0;
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control")]
    private static partial int Control(nint connection, nint database, int operation, ref int moved);
}
