using SparseProf.Ops.Errors;
using SparseProf.Store.Sqlite;

namespace SparseProf.Store;

/// <summary>Brings a database of an older schema up to date, in one transaction; commands that write do so by themselves.</summary>
public static class StoreUpgrade
{
    /// <param name="path">An existing database.</param>
    /// <returns>The schema that it had and the one that it has.</returns>
    /// <exception cref="UserErrorException">There is no such file, it is none of ours, or it cannot be written.</exception>
    public static (long Before, long After) Upgrade(string path)
    {
        if (!File.Exists(path))
            throw new UserErrorException(ErrorKind.WrongUsage, "there is no database") { Where = path };
        var before = StoreConnection.VersionOf(path);
        using var connection = StoreConnection.OpenForWriting(path);
        return (before, Schema.Version);
    }
}
