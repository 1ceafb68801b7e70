namespace SparseProf.Testing;

/// <summary>Public measured data that lies beside a checkout, in <c>../shared/data</c>; a test that needs it skips without it.</summary>
public static class SharedData
{
    /// <summary>The root of this checkout: the nearest folder above the test binaries that holds the solution.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The path of a shared data file; skips the running test, naming the file, where it is absent.</summary>
    public static string PathOrSkip(string relative)
    {
        var path = Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared", "data", relative));
        Xunit.Assert.SkipUnless(File.Exists(path), $"no shared data at ../shared/data/{relative}");
        return path;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SparseProf.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("tests run outside a checkout of SparseProf");
    }
}
