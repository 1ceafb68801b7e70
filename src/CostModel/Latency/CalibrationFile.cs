using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using SparseProf.CostModel.Energy;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Statistics;
using SparseProf.Ops;
using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Latency;

/// <summary>Calibrations as JSON files: what was fitted, the priors it was fitted with, and nothing of the tables but the anchors.</summary>
public static class CalibrationFile
{
    private const int Version = 2;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new PatternConverter(), new TreesConverter(), new BinsConverter(), new SiteCurvesConverter(), new JsonStringEnumConverter() },
    };

    private sealed record Document(int Version, string Profile, IReadOnlyList<string> Priors, IReadOnlyList<FamilyDocument> Families, IReadOnlyList<PowerModel> Power, string? Sha256 = null);

    private sealed record FamilyDocument(string Family, DeviceFigures Device, IReadOnlyList<FamilyModel> Sources, AnchorDocument? Anchors);

    private sealed record AnchorDocument(IReadOnlyList<KernelCall> Calls, IReadOnlyList<double> Seconds, KernelScales Scales, double Quantile);

    public static void Write(string path, Calibration calibration, Priors priors)
    {
        var families = calibration.Predictors.Values.Select(predictor => new FamilyDocument(
            predictor.Family, predictor.Device, predictor.Base.Sources,
            predictor.Anchors is { } anchors ? new(anchors.Table.Calls, anchors.Table.Seconds, anchors.Scales, anchors.Quantile) : null));
        var document = new Document(Version, calibration.Profile.Id, priors.Names, [.. families], [.. calibration.Power.Values]);
        using var stream = File.Create(path);
        JsonSerializer.Serialize(stream, document with { Sha256 = SumOf(document) }, Options);
    }

    // Of the document without its sum: spaces may change, figures may not. Files of before have none.
    private static string SumOf(Document document) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(document with { Sha256 = null }, Options)));

    /// <summary>The id of the profile that a calibration is for.</summary>
    /// <exception cref="UserErrorException">Not a calibration.</exception>
    public static string ProfileOf(string path) => Read(path, document => document.Profile);

    /// <exception cref="UserErrorException">Not a calibration, or of another profile.</exception>
    public static Calibration Read(string path, HardwareProfile profile) => Read(path, document => Restore(document, path, profile));

    private static Calibration Restore(Document document, string path, HardwareProfile profile)
    {
        if (document.Version != Version)
            throw Problem(path, $"the calibration has version {document.Version}", $"version {Version}");
        if (document.Profile != profile.Id)
            throw Problem(path, $"the calibration is for {document.Profile}, not for {profile.Id}", $"--profile {document.Profile}");
        return new(profile, document.Families.ToDictionary(family => family.Family, Restore), document.Power.ToDictionary(power => power.Family));
    }

    private static T Read<T>(string path, Func<Document, T> interpret)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var document = JsonSerializer.Deserialize<Document>(stream, Options) ?? throw new JsonException("the file is empty");
            if (document.Sha256 is { } sum && sum != SumOf(document))
                throw new JsonException("it is not what was written");
            return interpret(document);
        }
        catch (Exception malformed) when (malformed is JsonException or IOException or UnauthorizedAccessException or ArgumentException or FormatException or NotSupportedException or NullReferenceException or InvalidOperationException or IndexOutOfRangeException or OverflowException)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"the calibration cannot be read: {malformed.Message.Split('\n')[0]}", malformed)
            {
                Where = path,
                Allowed = "a file written by 'sparseprof fit latency --out'",
            };
        }
    }

    private static UserErrorException Problem(string path, string what, string allowed) => new(ErrorKind.WrongUsage, what) { Where = path, Allowed = allowed };

    private static KernelPredictor Restore(FamilyDocument family)
    {
        if (family.Sources.Any(source => source.Residual.Bins.Features != ResidualFeatures.Count(source.Curves)))
            throw new FormatException("the trees have not one bin for each feature");
        var basis = new KernelBase(family.Sources, family.Device);
        var anchors = family.Anchors is { } saved
            ? AnchorCorrection.Restore(new(family.Family, family.Device, saved.Calls, saved.Seconds), basis, saved.Scales, saved.Quantile)
            : null;
        return new(family.Family, family.Device, basis, anchors);
    }

    private sealed class PatternConverter : JsonConverter<SparsityPattern>
    {
        public override SparsityPattern Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => SparsityPatternText.Parse(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, SparsityPattern value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
    }

    private sealed class BinsConverter : JsonConverter<FeatureBins>
    {
        public override FeatureBins Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<float[][]>(ref reader, options) ?? throw new JsonException("bins are missing"));

        public override void Write(Utf8JsonWriter writer, FeatureBins value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value.Edges, options);
    }

    private sealed record TreesDocument(float Start, byte[] Features, byte[] Thresholds, byte[] Leaves);

    // Leaves as base64 of little-endian floats.
    private sealed class TreesConverter : JsonConverter<BoostedTrees>
    {
        public override BoostedTrees Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var document = JsonSerializer.Deserialize<TreesDocument>(ref reader, options) ?? throw new JsonException("trees are missing");
            return new(document.Start, document.Features, document.Thresholds, MemoryMarshal.Cast<byte, float>(document.Leaves).ToArray());
        }

        public override void Write(Utf8JsonWriter writer, BoostedTrees value, JsonSerializerOptions options) => JsonSerializer.Serialize(
            writer,
            new TreesDocument(value.Start, value.Features.ToArray(), value.Thresholds.ToArray(), MemoryMarshal.AsBytes(value.LeafValues).ToArray()),
            options);
    }
}
