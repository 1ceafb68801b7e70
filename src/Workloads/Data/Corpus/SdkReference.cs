using System.Runtime.InteropServices;
using SparseProf.Ops.Errors;

namespace SparseProf.Workloads.Data.Corpus;

/// <summary>The English reference documentation (XML) that comes with the .NET SDK, in packs/*/version/ref.</summary>
public static class SdkReference
{
    /// <summary>The newest reference folder of each pack.</summary>
    /// <exception cref="UserErrorException">There is none: this is a machine with the runtime alone.</exception>
    public static IReadOnlyList<string> Folders() => Folders(Roots());

    internal static IReadOnlyList<string> Folders(IReadOnlyList<string> roots)
    {
        foreach (var root in roots)
        {
            var packs = Path.Combine(root, "packs");
            if (!Directory.Exists(packs))
                continue;
            var folders = Directory.GetDirectories(packs).Order(StringComparer.Ordinal).Select(Newest).OfType<string>().ToList();
            if (folders.Count > 0)
                return folders;
        }

        throw new UserErrorException(ErrorKind.Missing, "the .NET SDK's reference documentation was not found")
        {
            Where = string.Join(", ", roots.Select(root => Path.Combine(root, "packs", "*", "*", "ref"))),
            Next = "install the .NET SDK, or name any folder of text with --data",
        };
    }

    private static IReadOnlyList<string> Roots()
    {
        // …/shared/Microsoft.NETCore.App/10.0.0/ lies three folders below the root.
        var runtime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        string?[] candidates = [Environment.GetEnvironmentVariable("DOTNET_ROOT"), runtime, "/usr/share/dotnet", "/usr/lib/dotnet", "/usr/local/share/dotnet"];
        return [.. candidates.OfType<string>().Where(path => path.Length > 0).Distinct()];
    }

    private static string? Newest(string pack) => Directory.GetDirectories(pack)
        .Where(version => Directory.Exists(Path.Combine(version, "ref")))
        .OrderByDescending(version => Version.TryParse(Path.GetFileName(version).Split('-')[0], out var parsed) ? parsed : new Version())
        .Select(version => Path.Combine(version, "ref"))
        .FirstOrDefault();
}
