using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;

namespace SparseProf.Reports.Document;

/// <summary>Quantities as the report prints them; an interval shares the unit of its value.</summary>
public static class QuantityText
{
    private static readonly (double Scale, string Prefix)[] s_prefixes =
        [(1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"), (1e-12, "p")];

    /// <summary>Value and unit: <c>184 ms</c>, <c>2.90×</c>.</summary>
    public static string Of(double value, Quantity quantity)
    {
        if (!double.IsFinite(value))
            return "–";
        if (quantity == Quantity.Number && value == Math.Round(value) && Math.Abs(value) < 1e6)
            return value.ToString("0");
        var (scale, unit) = ScaleOf(value, quantity);
        return Join(Digits(value / scale), unit);
    }

    /// <summary>The interval in the unit of its value, without the unit: <c>175 – 197</c>.</summary>
    public static string Interval(Estimate estimate, Quantity quantity)
    {
        var (scale, _) = ScaleOf(estimate.Value, quantity);
        return $"{Digits(estimate.Low / scale)} – {Digits(estimate.High / scale)}";
    }

    /// <summary>Value, unit and interval: <c>184 ms (175 – 197)</c>.</summary>
    public static string Of(Estimate estimate, Quantity quantity) => $"{Of(estimate.Value, quantity)} ({Interval(estimate, quantity)})";

    /// <summary>Three significant digits, thousands ungrouped.</summary>
    public static string Digits(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1e6 or < 1e-3 => value.ToString("0.##e+0"),
        >= 99.95 => value.ToString("0"),
        >= 9.995 => value.ToString("0.0"),
        >= 0.0995 => value.ToString("0.00"),
        _ => value.ToString("0.0000"),
    };

    private static string Join(string number, string unit) => unit is "" or "×" ? number + unit : $"{number} {unit}";

    private static (double Scale, string Unit) ScaleOf(double value, Quantity quantity) => quantity switch
    {
        Quantity.Time => Prefixed(value, Seconds.Symbol),
        Quantity.Rate => Prefixed(value, FlopsPerSecond.Symbol),
        Quantity.Work => Prefixed(value, Flops.Symbol),
        Quantity.Energy => Prefixed(value, Joules.Symbol),
        Quantity.Power => Prefixed(value, Watts.Symbol),
        Quantity.Memory => Binary(value),
        Quantity.Ratio => (1, "×"),
        Quantity.Share => (0.01, "%"),
        Quantity.Count => Counted(value),
        Quantity.Money => (1, "USD"),
        Quantity.Carbon => Math.Abs(value) >= 1000 ? (1000, "kg CO2e") : (1, "g CO2e"),
        _ => (1, ""),
    };

    private static (double Scale, string Unit) Prefixed(double value, string symbol)
    {
        foreach (var (scale, prefix) in s_prefixes)
        {
            // 999.5 rounds to 1000 at three digits, and is better read as 1 of the next prefix.
            if (Math.Abs(value) >= scale * 0.9995)
                return (scale, prefix + symbol);
        }

        return (1, symbol);
    }

    private static (double Scale, string Unit) Counted(double value)
    {
        if (Math.Abs(value) < 9999.5)
            return (1, "");
        var (scale, prefix) = Prefixed(value, "");
        return (scale, prefix switch { "G" => "B", "k" => "K", _ => prefix });
    }

    private static (double Scale, string Unit) Binary(double value)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var unit = value >= 1 ? Math.Min((int)(Math.Log2(Math.Abs(value)) / 10), units.Length - 1) : 0;
        return (Math.Pow(1024, unit), units[unit]);
    }
}
