namespace SparseProf.Store.Tests;

/// <summary>A folder of its own for a database, gone at the end of the test.</summary>
public sealed class TemporaryDatabase : IDisposable
{
    public TemporaryDatabase() => Folder = Directory.CreateTempSubdirectory("sparseprof-store-").FullName;

    public string Folder { get; }

    public string Path => System.IO.Path.Combine(Folder, "test.db");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
