using Microsoft.Data.Sqlite;
using SparseProf.Ops.Errors;

namespace SparseProf.Store.Sqlite;

/// <summary>The schema's version and owner, and how an older one is brought up to date.</summary>
internal static class Schema
{
    /// <summary>"SPRF": marks a SQLite file as SparseProf's.</summary>
    public const int ApplicationId = 0x53505246;

    /// <summary>Scripts that upgrade version 1 to 2, 2 to 3, …; Schema.sql is always the newest version in full.</summary>
    private static readonly IReadOnlyList<string> s_upgrades =
    [
        "CREATE TABLE origin (run_id INTEGER NOT NULL REFERENCES run (id), file TEXT NOT NULL, PRIMARY KEY (run_id, file)) STRICT, WITHOUT ROWID",
        Checksums("run, library, origin, measurement, caveat, sample, power, calibration, attempt, training_run, training_step, training_metric, evaluation, import, imported_kernel, imported_loss"),
    ];

    public static int Version => 1 + s_upgrades.Count;

    /// <summary>Throws where the file belongs to another program or to a newer SparseProf.</summary>
    public static void CheckOwner(SqliteConnection connection, string path) => CheckOwner(connection, path, Version);

    private static void CheckOwner(SqliteConnection connection, string path, int newest)
    {
        if (IsEmpty(connection))
            return;
        if (connection.Scalar("PRAGMA application_id") != ApplicationId)
            throw StoreErrors.NotOurs("the database belongs to another program", path);
        var version = connection.Scalar("PRAGMA user_version");
        if (version > newest)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"the database has schema {version}, this SparseProf knows up to {newest}")
            {
                Where = path,
                Next = "use the newer SparseProf that wrote it, or name another file with --db",
            };
        }
    }

    /// <summary>Throws where the file cannot be read as it is.</summary>
    public static void CheckCurrent(SqliteConnection connection, string path)
    {
        CheckOwner(connection, path);
        if (IsEmpty(connection))
            throw StoreErrors.NotOurs("the database is empty", path);
        var version = connection.Scalar("PRAGMA user_version");
        if (version < Version)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"the database has the older schema {version}")
            {
                Where = path,
                Next = $"'sparseprof check --upgrade {path}' brings it up to date, as does any command that writes to it",
            };
        }
    }

    public static void CreateOrUpgrade(SqliteConnection connection, string path) => CreateOrUpgrade(connection, path, Script(), s_upgrades);

    /// <summary>One transaction: a file is never left between two versions.</summary>
    internal static void CreateOrUpgrade(SqliteConnection connection, string path, string script, IReadOnlyList<string> upgrades)
    {
        var newest = 1 + upgrades.Count;
        if (!IsEmpty(connection) && connection.Scalar("PRAGMA user_version") == newest)
            return;
        // Immediate: of two programs that start on a new file one makes it and the other finds it made.
        using var transaction = connection.BeginTransaction(deferred: false);
        if (IsEmpty(connection))
        {
            connection.Execute(script);
            connection.Execute($"PRAGMA application_id = {ApplicationId}");
        }
        else
        {
            CheckOwner(connection, path, newest);
            for (var version = (int)connection.Scalar("PRAGMA user_version"); version < newest; version++)
                connection.Execute(upgrades[version - 1]);
        }

        connection.Execute($"PRAGMA user_version = {newest}");
        transaction.Commit();
    }

    private static string Checksums(string tables) => string.Concat(tables.Split(", ").Select(table => $"ALTER TABLE {table} ADD COLUMN checksum INTEGER;"));

    private static bool IsEmpty(SqliteConnection connection) => connection.Scalar("SELECT count(*) FROM sqlite_schema") == 0;

    private static string Script()
    {
        using var stream = typeof(Schema).Assembly.GetManifestResourceStream("Schema.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
