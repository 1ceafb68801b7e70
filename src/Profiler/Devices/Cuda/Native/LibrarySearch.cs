using System.Diagnostics;

namespace SparseProf.Profiler.Devices.Cuda.Native;

/// <summary>
/// Where NVIDIA's libraries may lie, first hit wins: SPARSEPROF_LIB_DIR, pip packages, the CUDA toolkit, Debian's
/// folders, folders that virtual machines mount the driver in. The dynamic loader's own paths come last.
/// </summary>
internal sealed class LibrarySearch(IReadOnlyList<string> folders)
{
    public const string OverrideVariable = "SPARSEPROF_LIB_DIR";

    private static readonly string[] PipFolders =
    [
        "nvidia/cu13/lib", "nvidia/cublas/lib", "nvidia/cusparse/lib", "nvidia/cuda_nvrtc/lib", "nvidia/nvjitlink/lib",
        "nvidia/cusparselt/lib", "cusparselt/lib",
    ];

    /// <summary>Existing folders in search order.</summary>
    public IReadOnlyList<string> Folders { get; } = folders;

    public static LibrarySearch OfThisMachine() =>
        new(Candidates(Environment.GetEnvironmentVariable, PythonSitePackages).Where(Directory.Exists).Distinct().ToList());

    /// <summary>Files with one of these names, in the order of folders and then of names; names may hold a <c>*</c> at the end.</summary>
    public IEnumerable<string> Find(params string[] names) =>
        from folder in Folders
        from name in names
        from path in Matches(folder, name)
        select path;

    internal static IEnumerable<string> Candidates(Func<string, string?> environment, Func<IEnumerable<string>> sitePackages)
    {
        foreach (var folder in (environment(OverrideVariable) ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            yield return folder;
            yield return Path.Combine(folder, "nvidia/current"); // Debian keeps the driver's libraries one level down
        }

        var virtualEnvironment = environment("VIRTUAL_ENV");
        var sites = sitePackages()
            .Concat(virtualEnvironment is null ? [] : Globbed(Path.Combine(virtualEnvironment, "lib"), "python3*", "site-packages"))
            .Concat(Globbed("/usr/lib", "python3*", "dist-packages"))
            .Concat(Globbed("/usr/local/lib", "python3*", "dist-packages"));
        foreach (var site in sites)
        {
            foreach (var folder in PipFolders)
                yield return Path.Combine(site, folder);
        }

        foreach (var toolkit in Globbed("/usr/local", "cuda*", ""))
        {
            yield return Path.Combine(toolkit, "lib64");
            yield return Path.Combine(toolkit, "targets/x86_64-linux/lib");
        }

        yield return "/usr/lib/x86_64-linux-gnu";
        yield return "/usr/lib/x86_64-linux-gnu/nvidia/current";
        yield return "/usr/local/nvidia/lib64";
        yield return "/usr/local/nvidia/lib";
        yield return "/usr/lib64";
    }

    private static IEnumerable<string> Matches(string folder, string name)
    {
        if (!name.Contains('*'))
        {
            var path = Path.Combine(folder, name);
            return File.Exists(path) ? [path] : [];
        }

        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, name).Order(StringComparer.Ordinal) : [];
    }

    // Newest version first.
    private static IEnumerable<string> Globbed(string parent, string pattern, string below) =>
        Directory.Exists(parent)
            ? Directory.EnumerateDirectories(parent, pattern).OrderDescending(StringComparer.Ordinal).Select(folder => Path.Combine(folder, below))
            : [];

    private static IReadOnlyList<string> PythonSitePackages()
    {
        var start = new ProcessStartInfo("python3", ["-c", "import site; print('\\n'.join(site.getsitepackages() + [site.getusersitepackages()]))"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            using var python = Process.Start(start)!;
            var output = python.StandardOutput.ReadToEndAsync();
            _ = python.StandardError.ReadToEndAsync();
            if (python.WaitForExit(TimeSpan.FromSeconds(5)))
                return output.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            python.Kill();
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            // Without python3 there are no pip packages to look into.
        }

        return [];
    }
}
