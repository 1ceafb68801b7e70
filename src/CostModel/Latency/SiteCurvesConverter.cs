using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseProf.CostModel.Latency;

/// <summary>Curves in a calibration file: positions that curves share once, residuals as base64 of little-endian floats.</summary>
internal sealed class SiteCurvesConverter : JsonConverter<SiteCurves>
{
    private sealed record Document(double[][] Positions, CurveDocument[] Curves);

    private sealed record CurveDocument(CurvePlace.Sizes Axes, CurvePlace.Sizes Setting, int Positions, byte[] Residuals);

    public override SiteCurves Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var document = JsonSerializer.Deserialize<Document>(ref reader, options) ?? throw new JsonException("curves are missing");
        return new([.. document.Curves.Select(curve => Restore(curve, document.Positions))]);
    }

    public override void Write(Utf8JsonWriter writer, SiteCurves value, JsonSerializerOptions options)
    {
        double[][] positions = [.. value.Curves.Select(curve => curve.Curve.Positions).Distinct()];
        var place = positions.Select((grid, i) => (grid, i)).ToDictionary(pair => pair.grid, pair => pair.i);
        JsonSerializer.Serialize(
            writer,
            new Document(positions, [.. value.Curves.Select(curve => new CurveDocument(
                curve.Axes, curve.Setting, place[curve.Curve.Positions], MemoryMarshal.AsBytes<float>(curve.Curve.Residuals).ToArray()))]),
            options);
    }

    private static SiteCurve Restore(CurveDocument curve, double[][] positions)
    {
        if (curve.Positions < 0 || curve.Positions >= positions.Length)
            throw new JsonException("a curve has no positions");
        var residuals = MemoryMarshal.Cast<byte, float>(curve.Residuals).ToArray();
        return residuals.Length > 0 && residuals.Length == positions[curve.Positions].Length
            ? new(curve.Axes, curve.Setting, new(positions[curve.Positions], residuals))
            : throw new JsonException("a curve has not one residual for each position");
    }
}
