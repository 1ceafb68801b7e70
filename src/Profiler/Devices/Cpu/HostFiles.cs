namespace SparseProf.Profiler.Devices.Cpu;

/// <summary>The kernel's text files under /proc and /sys; tests plant a tree of their own.</summary>
/// <param name="root">Stands for "/".</param>
public sealed class HostFiles(string root = "/")
{
    public static HostFiles System { get; } = new();

    /// <summary>The content without trailing white space, or null where the file is missing or refused.</summary>
    public string? Read(string path)
    {
        try
        {
            return File.ReadAllText(PathOf(path)).TrimEnd();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public double? ReadNumber(string path) => double.TryParse(Read(path), out var value) ? value : null;

    public bool Exists(string path) => File.Exists(PathOf(path));

    /// <summary>Folders whose name begins so, in order; none where the parent is missing.</summary>
    public IReadOnlyList<string> Folders(string parent, string prefix)
    {
        var full = PathOf(parent);
        return Directory.Exists(full)
            ? [.. Directory.GetDirectories(full, prefix + "*").Select(Path.GetFileName).Order(StringComparer.Ordinal).Select(name => $"{parent}/{name}")]
            : [];
    }

    /// <summary>The value behind <c>key :</c> or <c>key</c> at the start of a line, or null.</summary>
    public static string? Field(string? text, string key)
    {
        foreach (var line in (text ?? "").Split('\n'))
        {
            if (line.StartsWith(key, StringComparison.Ordinal) && line.AsSpan(key.Length).TrimStart() is [':', .. var value])
                return value.Trim().ToString();
        }

        return null;
    }

    public string PathOf(string path) => Path.Combine(root, path.TrimStart('/'));
}
