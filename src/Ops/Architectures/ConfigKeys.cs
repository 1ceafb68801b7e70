using System.Text.Json;
using SparseProf.Ops.Errors;

namespace SparseProf.Ops.Architectures;

/// <summary>The values of a model's config by key; what is missing or impossible is told with file and key.</summary>
/// <param name="root">A JSON object.</param>
/// <param name="file">Where it was read, for errors.</param>
internal sealed class ConfigKeys(JsonElement root, string file)
{
    /// <summary>Null where there is no such text.</summary>
    public string? Text(string key) => root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public bool Flag(string key, bool otherwise) => root.TryGetProperty(key, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.ValueKind == JsonValueKind.True : otherwise;

    /// <summary>Null where there is none.</summary>
    /// <exception cref="UserErrorException">Not a number.</exception>
    public double? Number(string key)
    {
        if (!root.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw Problem(key, "is not a number", "a whole number");
    }

    /// <summary>A whole number from 1 to 100 million.</summary>
    /// <exception cref="UserErrorException">Missing without another to take, or out of range.</exception>
    public long Size(string key, long? otherwise = null)
    {
        const double Largest = 1e8;
        var value = Number(key) ?? otherwise ?? throw Problem(key, "is missing", "a whole number from 1");
        return value is >= 1 and <= Largest && value == Math.Floor(value) ? (long)value : throw Problem(key, $"is {value}", $"a whole number from 1 to {Largest:G}");
    }

    /// <summary>What is wrong with a key, to be thrown.</summary>
    public UserErrorException Problem(string key, string what, string allowed) =>
        new(ErrorKind.WrongUsage, $"{key} {what}") { Where = $"{file}, key {key}", Allowed = allowed };
}
