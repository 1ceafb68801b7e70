using System.Globalization;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Commands;

/// <summary>Times as people write them: 90s, 10m, 1h, 50ms.</summary>
internal static class TimeSpanText
{
    private static readonly (string Suffix, double Seconds)[] s_units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)];

    // Ten years: beyond it no clock of the program counts.
    private const double LongestSeconds = 10 * 365 * 86400.0;

    /// <returns>Null for null.</returns>
    /// <exception cref="UserErrorException">Not a positive time with a unit.</exception>
    public static Seconds? Parse(string? text, string where)
    {
        if (text is null)
            return null;
        foreach (var (suffix, seconds) in s_units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text[..^suffix.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                && value > 0 && value * seconds <= LongestSeconds)
            {
                return new Seconds(value * seconds);
            }
        }

        throw new UserErrorException(ErrorKind.WrongUsage, $"'{text}' is not a time") { Where = where, Allowed = "a positive number with ms, s, m or h, at most ten years: 90s, 10m, 1h" };
    }
}
