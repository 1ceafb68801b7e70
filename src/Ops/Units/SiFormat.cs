namespace SparseProf.Ops.Units;

/// <summary>Quantities as people read them: three significant digits and a prefix, chosen when printing.</summary>
public static class SiFormat
{
    private static readonly (double Scale, string Prefix)[] s_prefixes =
        [(1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"), (1e-12, "p")];

    public static string Format<T>(T quantity)
        where T : struct, IQuantity<T>
    {
        var (scaled, prefix) = Scale(quantity.Value);
        return $"{scaled} {prefix}{T.Symbol}";
    }

    /// <summary>A count with the usual letters: 109 M, 1.2 B.</summary>
    public static string Count(double value)
    {
        var (scaled, prefix) = Scale(value);
        return value is > -1 and < 1
            ? $"{value:0.###}"
            : (scaled + " " + prefix switch { "G" => "B", "k" => "K", _ => prefix }).TrimEnd();
    }

    /// <summary>A memory capacity in KiB, MiB or GiB.</summary>
    public static string Capacity(Bytes capacity)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var value = capacity.Value;
        var unit = 0;
        while (Math.Abs(value) >= 1024 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return $"{Digits(value)} {units[unit]}";
    }

    private static (string Scaled, string Prefix) Scale(double value)
    {
        if (value == 0 || !double.IsFinite(value))
            return (value == 0 ? "0" : value.ToString(), "");
        foreach (var (scale, prefix) in s_prefixes)
        {
            // 999.5 rounds to 1000 at three digits, and is better read as 1 of the next prefix.
            if (Math.Abs(value) >= scale * 0.9995)
                return (Digits(value / scale), prefix);
        }

        return (value.ToString("0.##e0"), "");
    }

    private static string Digits(double value) => Math.Abs(value) switch
    {
        >= 99.95 => value.ToString("0"),
        >= 9.995 => value.ToString("0.0"),
        _ => value.ToString("0.00"),
    };
}
