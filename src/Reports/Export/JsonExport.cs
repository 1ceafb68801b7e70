using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SparseProf.CostModel.Latency;
using SparseProf.Reports.Document;

namespace SparseProf.Reports.Export;

/// <summary>The document of <c>report --json</c>: sections with their text, tables by column name, chart data. SI base units.</summary>
public static class JsonExport
{
    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(ReportDocument report) => new JsonObject
    {
        ["title"] = report.Title,
        ["subtitle"] = report.Subtitle,
        ["made_utc"] = report.MadeUtc.UtcDateTime.ToString("O"),
        ["program_version"] = report.ProgramVersion,
        ["source"] = report.Source,
        ["sections"] = new JsonArray([.. report.Sections.Select(Of)]),
    }.ToJsonString(s_options);

    private static JsonObject Of(Section section) => new()
    {
        ["id"] = section.Id,
        ["title"] = section.Title,
        ["missing"] = section.Missing,
        ["text"] = new JsonArray([.. section.Blocks.SelectMany(Text).Select(text => (JsonNode)text)]),
        ["tables"] = new JsonArray([.. section.Blocks.OfType<Block.TableBlock>().Select(block => Of(block.Table))]),
        ["charts"] = new JsonArray([.. section.Blocks.OfType<Block.ChartBlock>().Select(block => Of(block.Chart))]),
    };

    private static IEnumerable<string> Text(Block block) => block switch
    {
        Block.Paragraph paragraph => [paragraph.Text],
        Block.Answer answer => [answer.Headline, .. answer.Lines.Select(line => $"{line.Label}: {line.Text}")],
        Block.Points points => points.Items,
        Block.Figures figures => figures.Items.Select(item => $"{item.Label}: {item.Value} ({item.Note})"),
        _ => [],
    };

    private static JsonObject Of(Table table) => new()
    {
        ["id"] = table.Id,
        ["caption"] = table.Caption,
        ["rows"] = new JsonArray([.. table.Rows.Select(row => new JsonObject([.. table.Columns.Select((column, i) => KeyValuePair.Create(column.Name, Of(row[i])))]))]),
    };

    private static JsonObject Of(Chart chart) => new()
    {
        ["id"] = chart.Id,
        ["title"] = chart.Title,
        ["rows"] = new JsonArray([.. chart.Rows.Select(row => row.DeepClone())]),
    };

    private static JsonNode? Of(Cell cell) => cell switch
    {
        { Estimate: { } estimate } => new JsonObject
        {
            ["value"] = Number(estimate.Value),
            ["low"] = Number(estimate.Low),
            ["high"] = Number(estimate.High),
            ["coverage"] = estimate.Coverage,
            ["provenance"] = PredictionTable.Name(estimate.Provenance),
        },
        { Number: { } number } => Number(number),
        { Text: { } text } => JsonValue.Create(text),
        _ => null,
    };

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
