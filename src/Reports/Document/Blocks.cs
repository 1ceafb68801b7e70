using System.Text.Json.Nodes;

namespace SparseProf.Reports.Document;

/// <summary>A piece of a section. The hierarchy is closed.</summary>
public abstract record Block
{
    private Block()
    {
    }

    /// <summary>Plain prose.</summary>
    public sealed record Paragraph(string Text) : Block;

    /// <summary>The answer, in large type, and under labels how sure it is, why, and what to do next.</summary>
    /// <param name="Tone">good, bad or open: drawn as a colour and as a sign.</param>
    public sealed record Answer(string Headline, Tone Tone, IReadOnlyList<(string Label, string Text)> Lines) : Block;

    /// <summary>A few figures side by side, each with what it means.</summary>
    public sealed record Figures(IReadOnlyList<Figure> Items) : Block;

    public sealed record Points(IReadOnlyList<string> Items) : Block;

    public sealed record Terms(IReadOnlyList<(string Term, string Meaning)> Items) : Block;

    public sealed record Heading(string Text) : Block;

    public sealed record TableBlock(Table Table) : Block;

    public sealed record ChartBlock(Chart Chart) : Block;
}

public enum Tone
{
    Good,
    Bad,
    Open,
}

public sealed record Figure(string Value, string Label, string Note);

/// <summary>
/// A Vega-Lite chart. Numbers in the data are in SI base units; <see cref="Units"/> names the fields that a reader may see
/// in another unit, and <c>{time}</c> in a title stands for the unit chosen.
/// </summary>
/// <param name="Reading">How to read it, below the chart.</param>
/// <param name="Alternative">What it shows, for who does not see it.</param>
public sealed record Chart(string Id, string Title, string Reading, string Alternative, JsonObject Spec, IReadOnlyList<JsonObject> Rows)
{
    /// <summary>Quantity by field of <see cref="Rows"/>.</summary>
    public IReadOnlyDictionary<string, Quantity> Units { get; init; } = new Dictionary<string, Quantity>();
}

/// <summary>A numbered section.</summary>
/// <param name="Missing">Why there is nothing to show, in one line; the section then has no blocks.</param>
public sealed record Section(string Id, string Title, IReadOnlyList<Block> Blocks, string? Missing = null)
{
    public static Section Without(string id, string title, string missing) => new(id, title, [], missing);
}

/// <summary>Everything that a report says, before it is written in any format.</summary>
/// <param name="Source">The database's file name.</param>
public sealed record ReportDocument(string Title, string Subtitle, DateTimeOffset MadeUtc, string ProgramVersion, string Source, IReadOnlyList<Section> Sections)
{
    public IEnumerable<Table> Tables => Sections.SelectMany(section => section.Blocks).OfType<Block.TableBlock>().Select(block => block.Table);

    public IEnumerable<Chart> Charts => Sections.SelectMany(section => section.Blocks).OfType<Block.ChartBlock>().Select(block => block.Chart);
}
