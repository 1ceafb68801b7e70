using System.Security.Cryptography;
using System.Text.Json;
using SparseProf.Ops.Errors;

namespace SparseProf.Workloads.Data.Files;

/// <summary>
/// The files of a published data set in a folder of the user's, directly or in the archive's own folder. What was taken
/// from the verified archive is listed beside with its sums, so that a later change is found; files that came another way
/// are checked by size and content alone.
/// </summary>
public sealed class DataFolder
{
    internal const string ListName = "sparseprof-data.json";

    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    private readonly PublishedArchive _archive;
    private readonly string _given;
    private readonly Dictionary<string, ListedFile> _listed;

    /// <exception cref="UserErrorException">No folder is named, or it does not exist.</exception>
    public DataFolder(PublishedArchive archive, string? folder)
    {
        if (folder is null)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"{archive.Name} needs the folder with its files")
            {
                Allowed = "--data DIR",
                Next = $"'sparseprof data get {archive.Name} DIR' downloads them",
            };
        }

        if (!Directory.Exists(folder))
            throw new UserErrorException(ErrorKind.WrongUsage, $"the folder with {archive.Name} does not exist") { Where = folder, Next = GetAdvice(archive, folder) };
        _archive = archive;
        _given = folder;
        var own = System.IO.Path.Combine(folder, archive.Folder);
        Path = Directory.Exists(own) ? own : folder;
        _listed = ReadList(System.IO.Path.Combine(Path, ListName));
    }

    /// <summary>Where the files lie.</summary>
    public string Path { get; }

    /// <summary>Whether sums are known here, from the archive.</summary>
    public bool HasSums => _listed.Count > 0;

    /// <summary>The whole of a file, checked.</summary>
    /// <exception cref="UserErrorException">Missing, of another size, or altered since it was taken from the archive.</exception>
    public byte[] Read(string name)
    {
        var file = _archive.Files.Single(file => file.Name == name);
        var path = System.IO.Path.Combine(Path, name);
        if (!File.Exists(path))
            throw Wrong($"{name} of {_archive.Name} is missing", path, file);
        using var stream = File.OpenRead(path);
        var length = stream.Length;
        if ((_listed.GetValueOrDefault(name)?.Bytes ?? file.Bytes) is { } bytes && length != bytes)
            throw Wrong($"{name} has {length} bytes instead of {bytes}: it is {(length < bytes ? "cut off" : "not the published file")}", path, file);
        var content = new byte[length];
        stream.ReadExactly(content);
        if (_listed.GetValueOrDefault(name) is { } listed && Sum(content) is var sum && sum != listed.Sha256)
            throw Wrong($"{name} was altered since it was unpacked: its SHA-256 is {sum} instead of {listed.Sha256}", path, file);
        return content;
    }

    /// <summary>An error about what a file holds, with the remedy.</summary>
    internal UserErrorException WrongContent(string name, string what, int? line = null) =>
        new(ErrorKind.WrongUsage, what)
        {
            Where = System.IO.Path.Combine(Path, name) + (line is null ? "" : $":{line}"),
            Next = GetAdvice(_archive, _given),
        };

    internal static string Sum(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    internal static void WriteList(string folder, PublishedArchive archive)
    {
        var files = archive.Files.ToDictionary(file => file.Name, file =>
        {
            var content = File.ReadAllBytes(System.IO.Path.Combine(folder, file.Name));
            return new ListedFile(content.LongLength, Sum(content));
        });
        File.WriteAllText(System.IO.Path.Combine(folder, ListName), JsonSerializer.Serialize(new Listing(archive.Name, archive.Sha256, files), s_json));
    }

    private static Dictionary<string, ListedFile> ReadList(string path)
    {
        if (!File.Exists(path))
            return [];
        try
        {
            return JsonSerializer.Deserialize<Listing>(File.ReadAllText(path), s_json)?.Files ?? [];
        }
        catch (JsonException damaged)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, "the list of sums is damaged", damaged) { Where = path, Next = "delete it, or get the data anew" };
        }
    }

    private static string GetAdvice(PublishedArchive archive, string folder) => $"'sparseprof data get {archive.Name} {folder}' downloads and checks the data";

    private UserErrorException Wrong(string what, string path, PublishedFile file) => new(ErrorKind.WrongUsage, what)
    {
        Where = path,
        Allowed = $"{(file.Bytes is { } bytes ? $"{bytes} bytes, " : "")}from {_archive.FileName} ({_archive.Bytes} bytes, MD5 {_archive.Md5})",
        Next = GetAdvice(_archive, _given),
    };

    private sealed record Listing(string Name, string ArchiveSha256, Dictionary<string, ListedFile> Files);

    private sealed record ListedFile(long Bytes, string Sha256);
}
