using System.Text.Json;
using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Hardware;

/// <summary>Reads profile JSON strictly: unknown keys and impossible numbers are errors that name file, key and what is allowed.</summary>
public static class ProfileFile
{
    private static readonly string[] Texts = ["$schema", "id", "name", "vendor", "kind", "architecture"];

    private static readonly Dictionary<string, (double Low, double High)> Ranges = new()
    {
        ["multiprocessors"] = (1, 1e5),
        ["base_clock_hz"] = (1e8, 1e10),
        ["boost_clock_hz"] = (1e8, 1e10),
        ["memory_bytes"] = (1e8, 1e13),
        ["memory_bandwidth_bytes_per_s"] = (1e9, 1e15),
        ["l2_cache_bytes"] = (1e4, 1e11),
        ["l3_cache_bytes"] = (1e4, 1e11),
        ["interconnect_bytes_per_s"] = (1e8, 1e14),
        ["tdp_w"] = (1, 1e5),
        ["idle_power_w"] = (0, 1e4),
        ["price_usd_per_hour"] = (0, 1e4),
    };

    private static readonly string[] TextFacts = ["compute_capability", "memory_type", "interconnect", "launch_date", "supports_two_four"];
    private static readonly string[] Dense = ["fp64", "fp64_tensor", "fp32", "fp32_matrix", "tf32", "fp16", "bf16", "fp8", "int8", "int4", "fp4"];
    private static readonly string[] TwoFour = ["tf32", "fp16", "bf16", "fp8", "int8", "int4", "fp4"];
    private static readonly (double Low, double High) PeakRange = (1e9, 1e18);
    private static readonly string[] Confidences =
        ["two_or_more_sources", "one_source", "derived", "inferred", "conflict", "unsourced_note", "unknown", "measured"];

    /// <summary>The keys of a profile.</summary>
    public static IReadOnlyList<string> AllowedKeys => Keys;

    private static readonly string[] Keys =
        [.. Texts, .. Ranges.Keys, .. TextFacts, "peak_dense_flops_per_s", "peak_two_four_flops_per_s", "embodied_carbon", "estimates", "sources"];

    /// <exception cref="UserErrorException">The file is unreadable, not JSON, or not a profile.</exception>
    public static HardwareProfile Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"cannot open the profile: {unreadable.Message}", unreadable) { Where = path };
        }
    }

    public static HardwareProfile Parse(string json, string file)
    {
        try
        {
            return Interpret(json, file);
        }
        catch (InvalidOperationException half)
        {
            // An escape such as \ud800 is valid JSON and no text.
            throw new UserErrorException(ErrorKind.WrongUsage, "the profile holds half a character", half) { Where = file };
        }
    }

    private static HardwareProfile Interpret(string json, string file)
    {
        using var document = Document(json, file);
        var root = document.RootElement;
        Object(root, file, "(root)", Keys);
        string Text(string key) => root.TryGetProperty(key, out var value)
            ? value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Problem(file, key, "is not text", "a string")
            : key is "id" or "name" ? throw Problem(file, key, "is missing", "a string") : "";
        var numbers = Ranges.Where(range => root.TryGetProperty(range.Key, out _)).ToDictionary(range => range.Key, range => Number(root.GetProperty(range.Key), file, range.Key, range.Value));
        foreach (var key in TextFacts.Where(key => root.TryGetProperty(key, out _)))
            Object(root.GetProperty(key), file, key, ["value", "confidence", "sources", "note", "disputed"]);
        if (!numbers.ContainsKey("memory_bandwidth_bytes_per_s"))
            throw Problem(file, "memory_bandwidth_bytes_per_s", "is missing", "an object with value, confidence and sources");
        return new(
            Text("id"), Text("name"), Text("vendor"), Text("kind"), Text("architecture"), numbers,
            Peaks(root, file, "peak_dense_flops_per_s", Dense), Peaks(root, file, "peak_two_four_flops_per_s", TwoFour), Estimates(root, file));
    }

    private static JsonDocument Document(string json, string file)
    {
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false });
        }
        catch (JsonException malformed)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, "the profile is not valid JSON", malformed)
            {
                Where = $"{file}:{malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}",
                Allowed = "a JSON object; hwprofiles/schema.json describes it",
            };
        }
    }

    private static Dictionary<string, Fact> Peaks(JsonElement root, string file, string key, string[] names)
    {
        if (!root.TryGetProperty(key, out var peaks))
            return [];
        Object(peaks, file, key, names);
        return peaks.EnumerateObject().ToDictionary(peak => peak.Name, peak => Number(peak.Value, file, $"{key}.{peak.Name}", PeakRange));
    }

    private static Dictionary<string, double> Estimates(JsonElement root, string file)
    {
        var estimates = new Dictionary<string, double>();
        if (!root.TryGetProperty("estimates", out var given))
            return estimates;
        Object(given, file, "estimates", null);
        foreach (var estimate in given.EnumerateObject())
        {
            var key = $"estimates.{estimate.Name}";
            Object(estimate.Value, file, key, ["value", "basis"]);
            if (!estimate.Value.TryGetProperty("value", out var value) || value.ValueKind != JsonValueKind.Number || !(value.GetDouble() is > 0 and < double.PositiveInfinity))
                throw Problem(file, key, "has no positive value", "a number above 0");
            estimates[estimate.Name] = value.GetDouble();
        }

        return estimates;
    }

    private static Fact Number(JsonElement element, string file, string key, (double Low, double High) range)
    {
        Object(element, file, key, ["value", "confidence", "sources", "note", "disputed"]);
        double? number = null;
        if (!element.TryGetProperty("value", out var value))
            throw Problem(file, key, "has no 'value'", "a number or null");
        if (value.ValueKind != JsonValueKind.Null)
        {
            if (value.ValueKind != JsonValueKind.Number)
                throw Problem(file, key, $"is {value.GetRawText()}, not a number", $"a number from {range.Low:G} to {range.High:G}, or null");
            number = value.GetDouble();
            if (!(number >= range.Low && number <= range.High))
                throw Problem(file, key, $"is {value.GetRawText()}", $"{range.Low:G} to {range.High:G}, in SI base units");
        }

        var confidence = element.TryGetProperty("confidence", out var mark) && mark.ValueKind == JsonValueKind.String ? mark.GetString()! : "";
        if (!Confidences.Contains(confidence))
            throw Problem(file, $"{key}.confidence", $"is '{confidence}'", string.Join(", ", Confidences));
        string[] sources = element.TryGetProperty("sources", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(source => source.ToString())]
            : throw Problem(file, $"{key}.sources", "is not a list", "a list of source names, empty where there is none");
        return new(
            number, confidence, sources,
            element.TryGetProperty("note", out var note) ? note.ToString() : null,
            element.TryGetProperty("disputed", out var disputed) && disputed.ValueKind == JsonValueKind.True);
    }

    private static void Object(JsonElement element, string file, string key, string[]? allowed)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Problem(file, key, "is not an object", "a JSON object");
        foreach (var property in element.EnumerateObject())
        {
            if (allowed is null || allowed.Contains(property.Name))
                continue;
            throw new UserErrorException(ErrorKind.WrongUsage, $"unknown key '{property.Name}'")
            {
                Where = $"{file}, in {key}",
                Allowed = string.Join(", ", allowed),
                Next = Suggestion.Nearest(property.Name, allowed) is { } nearest ? $"did you mean '{nearest}'?" : null,
            };
        }
    }

    private static UserErrorException Problem(string file, string key, string what, string allowed) =>
        new(ErrorKind.WrongUsage, $"{key} {what}") { Where = $"{file}, key {key}", Allowed = allowed };
}
