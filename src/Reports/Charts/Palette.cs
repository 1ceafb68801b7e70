using System.Text.Json;
using System.Text.Json.Nodes;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Charts;

/// <summary>
/// Colours and shapes of the formats that a chart shows: bound to formats in one order, so a format looks the same in every
/// chart, in colour and in grey.
/// </summary>
internal sealed class Palette
{
    private static readonly string[] s_shapes = ["square", "triangle-up", "diamond", "circle", "cross"];

    private Palette(IReadOnlyList<int> present)
    {
        var domain = present.Select(i => Formats.All[i]).ToArray();
        Colors = JsonSerializer.Serialize(new { domain, range = present.Select(i => $"{{c{i}}}") });
        Shapes = JsonSerializer.Serialize(new { domain, range = present.Select(i => s_shapes[i]) });
    }

    public string Colors { get; }

    public string Shapes { get; }

    /// <summary>Of the formats in the field <c>format</c> of the rows.</summary>
    public static Palette Of(IEnumerable<JsonObject> rows)
    {
        var seen = rows.Select(row => (string?)row["format"]).ToHashSet();
        return new([.. Enumerable.Range(0, Formats.All.Count).Where(i => seen.Contains(Formats.All[i]))]);
    }
}
