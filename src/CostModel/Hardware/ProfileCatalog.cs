using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Hardware;

/// <summary>The profiles that come with the product, by id, and profiles of the user's own, by path.</summary>
public static class ProfileCatalog
{
    private const string Prefix = "hwprofiles/";

    private static readonly System.Reflection.Assembly Home = typeof(ProfileCatalog).Assembly;

    public static IReadOnlyList<string> Ids { get; } =
        [.. Home.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !name.EndsWith("schema.json", StringComparison.Ordinal) && !name.EndsWith("regions.json", StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^".json".Length])
            .Order(StringComparer.Ordinal)];

    /// <param name="idOrPath">An id such as <c>nvidia-h200-sxm-141gb</c>, or the path of a profile file.</param>
    /// <exception cref="UserErrorException">Neither; suggests the nearest id.</exception>
    public static HardwareProfile Load(string idOrPath)
    {
        if (Ids.Contains(idOrPath))
            return ProfileFile.Parse(Text($"{idOrPath}.json"), $"hwprofiles/{idOrPath}.json");
        if (File.Exists(idOrPath))
            return ProfileFile.Read(idOrPath);
        throw new UserErrorException(ErrorKind.WrongUsage, $"no profile '{idOrPath}'")
        {
            Allowed = $"a profile file, or one of: {string.Join(", ", Ids)}",
            Next = Suggestion.Nearest(idOrPath, [.. Ids]) is { } nearest ? $"did you mean '{nearest}'?" : "'sparseprof profiles list' shows them",
        };
    }

    /// <summary>The text of a resource beside the profiles: <c>schema.json</c>, <c>regions.json</c>.</summary>
    public static string Text(string name)
    {
        using var stream = Home.GetManifestResourceStream(Prefix + name) ?? throw new InvalidOperationException($"the build lacks {Prefix}{name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
