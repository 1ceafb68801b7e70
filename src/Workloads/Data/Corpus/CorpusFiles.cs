using System.Security.Cryptography;
using System.Text;
using SparseProf.Ops.Errors;

namespace SparseProf.Workloads.Data.Corpus;

/// <summary>The files of text in some folders, in a fixed order.</summary>
/// <param name="Files">Path, and the name that does not depend on where the folder lies.</param>
/// <param name="Sha256">Of all names and contents.</param>
public sealed record CorpusFiles(IReadOnlyList<(string Path, string Name)> Files, string Sha256)
{
    private static readonly string[] s_extensions = [".txt", ".text", ".md", ".markdown", ".rst", ".tex", ".xml"];

    internal static string Extensions => string.Join(", ", s_extensions);

    /// <exception cref="UserErrorException">A folder does not exist, or none holds text.</exception>
    public static CorpusFiles Find(IReadOnlyList<string> folders)
    {
        var files = folders.SelectMany(In).ToList();
        if (files.Count == 0)
            throw new UserErrorException(ErrorKind.WrongUsage, "the folder holds no text") { Where = string.Join(", ", folders), Allowed = $"files that end in {Extensions}", Next = "put text into it, or name another --data" };
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, name) in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0"));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(path)));
        }

        return new CorpusFiles(files, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static IEnumerable<(string Path, string Name)> In(string folder)
    {
        if (!Directory.Exists(folder))
            throw new UserErrorException(ErrorKind.WrongUsage, File.Exists(folder) ? "the folder of text is a file" : "the folder of text does not exist") { Where = folder, Next = "name another --data" };
        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => s_extensions.Contains(Path.GetExtension(path).ToLowerInvariant()))
            .Select(path => (Path: path, Name: Path.GetRelativePath(folder, path).Replace('\\', '/')))
            .OrderBy(file => file.Name, StringComparer.Ordinal);
    }
}
