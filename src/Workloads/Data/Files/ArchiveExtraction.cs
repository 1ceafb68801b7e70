using System.Formats.Tar;
using System.IO.Compression;
using SparseProf.Ops.Errors;

namespace SparseProf.Workloads.Data.Files;

/// <summary>Takes the needed files, and no others, out of a zip or tar.gz archive.</summary>
public static class ArchiveExtraction
{
    /// <summary>Into the archive's own folder below <paramref name="folder"/>, with the list of sums beside.</summary>
    /// <returns>That folder.</returns>
    /// <exception cref="UserErrorException">The archive lacks a file.</exception>
    public static string Run(string archivePath, PublishedArchive archive, string folder)
    {
        var target = Path.Combine(folder, archive.Folder);
        Directory.CreateDirectory(target);
        var wanted = archive.Files.ToDictionary(file => $"{archive.Folder}/{file.Name}", file => Path.Combine(target, file.Name));
        if (archivePath.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            FromZip(archivePath, wanted);
        else
            FromTar(archivePath, wanted);
        if (wanted.Count > 0)
            throw new UserErrorException(ErrorKind.Failed, $"the archive has no {string.Join(", ", wanted.Keys)}") { Where = archivePath };
        DataFolder.WriteList(target, archive);
        return target;
    }

    private static void FromZip(string path, Dictionary<string, string> wanted)
    {
        using var zip = ZipFile.OpenRead(path);
        foreach (var entry in zip.Entries)
        {
            if (wanted.Remove(entry.FullName, out var target))
                entry.ExtractToFile(target, overwrite: true);
        }
    }

    private static void FromTar(string path, Dictionary<string, string> wanted)
    {
        using var unzipped = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var tar = new TarReader(unzipped);
        while (wanted.Count > 0 && tar.GetNextEntry() is { } entry)
        {
            if (wanted.Remove(entry.Name, out var target))
                entry.ExtractToFile(target, overwrite: true);
        }
    }
}
