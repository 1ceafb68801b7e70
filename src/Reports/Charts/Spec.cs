using System.Text.Json.Nodes;
using SparseProf.Ops.Statistics;

namespace SparseProf.Reports.Charts;

/// <summary>Vega-Lite specs as JSON text; the page puts rows, theme colours ({good}, {ink}…) and units ({time}…) in.</summary>
internal static class Spec
{
    public static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    /// <summary>A row of data; numbers that are not finite become null.</summary>
    public static JsonObject Row(params (string Field, object? Value)[] fields)
    {
        var row = new JsonObject();
        foreach (var (field, value) in fields)
            row[field] = Node(value);
        return row;
    }

    /// <summary>The row with an estimate's value, low, high and provenance.</summary>
    public static JsonObject With(this JsonObject row, string field, Estimate estimate)
    {
        row[field] = Node(estimate.Value);
        row[field + "_low"] = Node(estimate.Low);
        row[field + "_high"] = Node(estimate.High);
        return row;
    }

    // Six digits: more than a chart can show, and a third of the bytes.
    private static JsonValue? Node(object? value) => value switch
    {
        null => null,
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        long whole => JsonValue.Create(whole),
        int whole => JsonValue.Create(whole),
        double number => double.IsFinite(number) ? JsonValue.Create(Rounded(number)) : null,
        _ => throw new ArgumentException($"{value.GetType().Name} is no field of a chart", nameof(value)),
    };

    private static double Rounded(double value) => double.Parse(value.ToString("G6"), System.Globalization.NumberStyles.Float);
}
