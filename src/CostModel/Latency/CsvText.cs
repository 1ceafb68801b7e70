namespace SparseProf.CostModel.Latency;

/// <summary>Writes fields as CSV, quoted where they must be (RFC 4180).</summary>
public static class CsvText
{
    public static string Line(IEnumerable<string> fields) => string.Join(',', fields.Select(Field));

    private static string Field(string text) =>
        text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
