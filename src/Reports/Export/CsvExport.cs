using System.Globalization;
using System.Text;
using SparseProf.Ops;
using SparseProf.Reports.Document;

namespace SparseProf.Reports.Export;

/// <summary>Tables and chart data as CSV (RFC 4180), one file each; SI base units, estimates as value, low and high.</summary>
public static class CsvExport
{
    /// <summary>File name without folder, and content.</summary>
    public static IEnumerable<(string Name, string Content)> Files(ReportDocument report)
    {
        foreach (var table in report.Tables)
            yield return ($"{table.Id}.csv", Write(table));
        foreach (var chart in report.Charts)
            yield return ($"figure-{chart.Id}.csv", Write(chart));
    }

    public static string Write(Table table)
    {
        var wide = Enumerable.Range(0, table.Columns.Count).Select(i => table.Rows.Any(row => row[i].Estimate is not null)).ToArray();
        var text = new StringBuilder();
        Line(text, table.Columns.SelectMany((column, i) => wide[i] ? [column.Name, column.Name + "_low", column.Name + "_high"] : new[] { column.Name }));
        foreach (var row in table.Rows)
            Line(text, row.SelectMany((cell, i) => wide[i] ? new[] { Value(cell), Number(cell.Estimate?.Low), Number(cell.Estimate?.High) } : [Value(cell)]));
        return text.ToString();
    }

    public static string Write(Chart chart)
    {
        var fields = chart.Rows.SelectMany(row => row.Select(pair => pair.Key)).Distinct().ToList();
        var text = new StringBuilder();
        Line(text, fields);
        foreach (var row in chart.Rows)
            Line(text, fields.Select(field => row[field]?.GetValueKind() is System.Text.Json.JsonValueKind.String ? Safe(row[field]!.GetValue<string>()) : row[field]?.ToJsonString() ?? ""));
        return text.ToString();
    }

    /// <summary>A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection).</summary>
    internal static string Safe(string text) => text.AsSpan().TrimStart() is ['=' or '+' or '-' or '@', ..] || text is ['\t' or '\r', ..] ? "'" + Printable.Of(text) : Printable.Of(text);

    private static string Value(Cell cell) => cell.Estimate is { } estimate ? Number(estimate.Value) : cell.Number is { } number ? Number(number) : Safe(cell.Text ?? "");

    private static string Number(double? value) => value is { } number && double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "";

    private static void Line(StringBuilder text, IEnumerable<string> fields) => text.AppendJoin(',', fields.Select(Quoted)).Append("\r\n");

    private static string Quoted(string field) =>
        field.AsSpan().IndexOfAny(",\"\n\r") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
