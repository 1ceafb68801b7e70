using System.Text;
using System.Text.RegularExpressions;

namespace SparseProf.Reports.Pdf;

/// <summary>
/// The page on which each named destination of a PDF lies, as Chromium writes it: destinations and the page tree stand in
/// plain objects, only contents are compressed.
/// </summary>
internal static partial class PdfDestinations
{
    /// <summary>Page number from 1 by the id of the element; empty where the file is written in another way.</summary>
    public static IReadOnlyDictionary<string, int> Pages(byte[] pdf)
    {
        var text = Encoding.Latin1.GetString(pdf);
        var objects = Objects().Matches(text).DistinctBy(match => match.Groups["id"].Value).ToDictionary(match => match.Groups["id"].Value, match => match.Groups["body"].Value);
        var order = new Dictionary<string, int>();
        foreach (var root in objects.Values.Where(body => body.Contains("/Type /Pages", StringComparison.Ordinal) && !body.Contains("/Parent", StringComparison.Ordinal)))
            Walk(root, objects, order);
        var pages = new Dictionary<string, int>();
        foreach (Match destination in Destinations().Matches(text))
        {
            if (order.TryGetValue(destination.Groups["page"].Value, out var number))
                pages.TryAdd(destination.Groups["name"].Value, number);
        }

        return pages;
    }

    private static void Walk(string node, Dictionary<string, string> objects, Dictionary<string, int> order)
    {
        foreach (Match child in References().Matches(Kids().Match(node).Groups["kids"].Value))
        {
            var id = child.Groups["id"].Value;
            if (!objects.TryGetValue(id, out var body))
                continue;
            if (body.Contains("/Type /Pages", StringComparison.Ordinal))
                Walk(body, objects, order);
            else
                order.TryAdd(id, order.Count + 1);
        }
    }

    [GeneratedRegex(@"^(?<id>\d+) 0 obj\r?\n(?<body><<.*?)(?:endobj|stream\r?\n)", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Objects();

    [GeneratedRegex(@"/Kids\s*\[(?<kids>[^\]]*)\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Kids();

    [GeneratedRegex(@"(?<id>\d+) 0 R", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex References();

    [GeneratedRegex(@"/(?<name>[A-Za-z0-9_\-]+)\s*\[(?<page>\d+) 0 R\s*/XYZ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Destinations();
}
