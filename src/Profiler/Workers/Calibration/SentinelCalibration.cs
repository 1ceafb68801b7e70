using System.Globalization;
using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Workers.Calibration;

/// <summary>Under which names a run's calibration holds how its sentinel did: at the run's begin, and how far it had moved later.</summary>
public static class SentinelCalibration
{
    /// <summary>One product at the first look, in s.</summary>
    public const string ProductName = "sentinel_product_s";

    /// <summary>One copy within device memory at the first look, in s.</summary>
    public const string CopyName = "sentinel_copy_s";

    /// <summary>Follow the names above: ends of the 95 % interval.</summary>
    public const string Low = "_low";

    public const string High = "_high";

    private const string Drift = "_drift_at_";

    /// <summary>The name of a later look's time over that of the first.</summary>
    public static string DriftName(string of, Seconds sinceBegin) => string.Create(CultureInfo.InvariantCulture, $"{of[..^"_s".Length]}{Drift}{sinceBegin.Value:0.000}_s");

    /// <summary>Whether a name is of a later look; there is one for each, and tables sum them up.</summary>
    public static bool IsDrift(string name) => name.Contains(Drift, StringComparison.Ordinal);

    /// <summary>The smallest and the largest factor of a run's later looks; null where there was none.</summary>
    /// <param name="of"><see cref="ProductName"/> or <see cref="CopyName"/>.</param>
    public static (double Least, double Most, int Looks)? Drifts(IReadOnlyDictionary<string, double> calibration, string of)
    {
        var factors = calibration.Where(pair => IsDrift(pair.Key) && pair.Key.StartsWith(of[..^"_s".Length], StringComparison.Ordinal)).Select(pair => pair.Value).ToList();
        return factors.Count == 0 ? null : (factors.Min(), factors.Max(), factors.Count);
    }
}
