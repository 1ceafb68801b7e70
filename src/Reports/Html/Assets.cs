using System.Collections.Concurrent;

namespace SparseProf.Reports.Html;

/// <summary>What the build embeds: chart code, fonts, styles.</summary>
internal static class Assets
{
    private static readonly ConcurrentDictionary<string, string> s_texts = new();

    public static string Text(string name) => s_texts.GetOrAdd(name, key =>
    {
        using var reader = new StreamReader(Open(key));
        return reader.ReadToEnd();
    });

    /// <summary>Code that may stand inside a script element.</summary>
    public static string Script(string name) => Text(name).Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase);

    /// <summary>The style sheet of fonts, with the fonts in it.</summary>
    public static string Fonts { get; } =
        Face(400, "inter-400.woff2", null) + Face(600, "inter-600.woff2", null) + Face(400, "inter-greek-400.woff2", "U+0370-03FF");

    private static string Face(int weight, string name, string? range)
    {
        using var stream = Open(name);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        var only = range is null ? "" : $"unicode-range:{range};";
        return $"@font-face{{font-family:Inter;font-weight:{weight};{only}src:url(data:font/woff2;base64,{Convert.ToBase64String(bytes.GetBuffer(), 0, (int)bytes.Length)})format('woff2')}}\n";
    }

    private static Stream Open(string name) => typeof(Assets).Assembly.GetManifestResourceStream("assets/" + name)
        ?? throw new InvalidOperationException($"the build lacks assets/{name}; 'make assets' fetches it");
}
