using System.Globalization;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Output;

/// <summary>Long times as people say them: 45 s, 12 min, 3.4 h, 2.1 days.</summary>
internal static class DurationText
{
    public static string Of(Seconds time)
    {
        var (value, unit) = time.Value switch
        {
            < 120 => (time.Value, "s"),
            < 7200 => (time.Value / 60, "min"),
            < 172_800 => (time.Value / 3600, "h"),
            _ => (time.Value / 86_400, "days"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{value.ToString(value < 10 ? "0.#" : "0", CultureInfo.InvariantCulture)} {unit}");
    }
}
