using System.ComponentModel;
using System.Diagnostics;

namespace SparseProf.Torch;

/// <summary>
/// Where libtorch and the shim are sought. The shim fits one build of libtorch only, so the order is: the folder that
/// LIBTORCH names, what the shim was linked with, the torch package of python3.
/// </summary>
public sealed record TorchSearch
{
    public const string ShimName = "libsparseprof_torch.so";

    public const string CpuLibrary = "libtorch_cpu.so";

    /// <summary>Folder of libtorch or of its lib; null where none was named.</summary>
    public string? LibTorch { get; init; }

    /// <summary>File of the shim; null where it is to be sought.</summary>
    public string? Shim { get; init; }

    /// <summary>Folder of the program: the shim lies there, or under artifacts/native of a folder above.</summary>
    public required string BaseDirectory { get; init; }

    /// <summary>Folders into which a single-file program unpacks its native libraries.</summary>
    public IReadOnlyList<string> Unpacked { get; init; } = [];

    public static TorchSearch FromEnvironment() => new()
    {
        LibTorch = NonEmpty("LIBTORCH"),
        Shim = NonEmpty("SPARSEPROF_TORCH_SHIM"),
        BaseDirectory = AppContext.BaseDirectory,
        Unpacked = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
    };

    /// <exception cref="TorchMissingException">There is none.</exception>
    internal string FindShim()
    {
        if (Shim is not null)
        {
            return File.Exists(Shim)
                ? Path.GetFullPath(Shim)
                : throw new TorchMissingException($"SPARSEPROF_TORCH_SHIM names '{Shim}', which does not exist");
        }

        foreach (var folder in Unpacked.Prepend(BaseDirectory))
        {
            var beside = Path.Combine(folder, ShimName);
            if (File.Exists(beside))
                return beside;
        }

        for (var folder = new DirectoryInfo(BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var built = Path.Combine(folder.FullName, "artifacts", "native", ShimName);
            if (File.Exists(built))
                return built;
        }

        throw new TorchMissingException($"the libtorch shim {ShimName} is not built (sought in {BaseDirectory} and in artifacts/native above it)");
    }

    /// <summary>The lib folder that LIBTORCH names, or null where it names none.</summary>
    /// <exception cref="TorchMissingException">It names one without libtorch.</exception>
    internal string? FindNamedLibrary() =>
        LibTorch is null
            ? null
            : LibraryFolder(LibTorch) ?? throw new TorchMissingException($"LIBTORCH names '{LibTorch}', which has no {CpuLibrary} (nor has its lib)");

    /// <summary>The lib folder of the torch package that python3 would import, or null.</summary>
    internal static string? FindPythonLibrary()
    {
        const string Locate = "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')";
        try
        {
            using var python = Process.Start(new ProcessStartInfo("python3", ["-c", Locate])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            var package = python!.StandardOutput.ReadToEnd().Trim();
            python.WaitForExit();
            return package.Length == 0 ? null : LibraryFolder(package);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static string? LibraryFolder(string folder) =>
        new[] { folder, Path.Combine(folder, "lib") }.FirstOrDefault(candidate => File.Exists(Path.Combine(candidate, CpuLibrary)));

    private static string? NonEmpty(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
