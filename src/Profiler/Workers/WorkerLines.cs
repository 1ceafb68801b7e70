using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseProf.Profiler.Workers;

/// <summary>
/// The lines between a run and its workers. Libraries print on standard output too, so a line of ours has a mark and
/// everything else is taken for noise.
/// </summary>
internal static class WorkerLines
{
    public const string Mark = "@sparseprof ";

    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static string Write<T>(T message) => Mark + JsonSerializer.Serialize(message, s_options);

    /// <summary>Null for a line that is not ours, or is one cut short.</summary>
    public static T? Read<T>(string line)
        where T : class
    {
        // A library may have left an unfinished line in front.
        var mark = line.IndexOf(Mark, StringComparison.Ordinal);
        if (mark < 0)
            return null;
        try
        {
            return JsonSerializer.Deserialize<T>(line.AsSpan(mark + Mark.Length), s_options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
