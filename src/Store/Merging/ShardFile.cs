using Dapper;
using SparseProf.Store.Sqlite;

namespace SparseProf.Store.Merging;

/// <summary>A file to merge, checked, with what it says of its runs.</summary>
internal sealed record ShardFile(string Path, bool IsOutput, IReadOnlyList<ShardRun> Runs, IReadOnlyList<ShardImport> Imports)
{
    /// <exception cref="Ops.Errors.UserErrorException">There is no such file, or it is not a database of this schema.</exception>
    public static ShardFile Read(string path, bool isOutput)
    {
        using var connection = StoreConnection.OpenForReading(path);
        var runs = connection.Query<ShardRun>(
            """
            SELECT id, key, started_utc AS StartedUtc,
                   (ended_utc IS NOT NULL) * 1000000000 + (SELECT count(*) FROM measurement WHERE run_id = run.id AND stop_reason IS NOT NULL) AS Fullness
            FROM run
            """);
        var imports = connection.Query<ShardImport>("SELECT id, kind, sha256, device, imported_utc AS ImportedUtc FROM import");
        return new ShardFile(path, isOutput, [.. runs], [.. imports]);
    }
}

/// <param name="Fullness">Greater where the run has ended, then where more measurements are complete.</param>
internal sealed record ShardRun(long Id, string Key, string StartedUtc, long Fullness);

/// <summary>A file is imported once a kind and device, whatever its name.</summary>
internal sealed record ShardImport(long Id, string Kind, string Sha256, string Device, string ImportedUtc);
