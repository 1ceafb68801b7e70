using System.Globalization;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Workers.Calibration;

/// <summary>How far the sentinel has moved since the run began, and the doubt that this casts on what is measured meanwhile.</summary>
internal sealed class SentinelDrift
{
    // Below it two times are called the same.
    private const double Resolution = 0.01;

    private static readonly (string Name, string What)[] s_parts = [(SentinelCalibration.ProductName, "product"), (SentinelCalibration.CopyName, "copy")];

    private readonly Dictionary<string, Estimate> _first = [];

    /// <summary>After the latest look: set where it differs from the first by more than can be resolved.</summary>
    public ObservedCaveat? Doubt { get; private set; }

    /// <summary>Takes in a look.</summary>
    /// <returns>What is to be stored of it.</returns>
    public IReadOnlyDictionary<string, double> Take(IReadOnlyDictionary<string, double> look, Seconds sinceBegin)
    {
        var kept = new Dictionary<string, double>();
        var moved = new List<string>();
        foreach (var (name, what) in s_parts)
        {
            if (Of(look, name) is not { } now)
                continue;
            if (_first.TryAdd(name, now))
            {
                (kept[name], kept[name + SentinelCalibration.Low], kept[name + SentinelCalibration.High]) = (now.Value, now.Low, now.High);
                continue;
            }

            var first = _first[name];
            var (factor, low, high) = (now.Value / first.Value, now.Low / first.High, now.High / first.Low);
            kept[SentinelCalibration.DriftName(name, sinceBegin)] = factor;
            if (low > 1 + Resolution || high < 1 - Resolution)
                moved.Add(string.Create(CultureInfo.InvariantCulture, $"its {what} took {factor:0.000} times as long ({low:0.000} to {high:0.000})"));
        }

        Doubt = moved.Count == 0 ? null : new ObservedCaveat(
            Caveat.DeviceDrifted, string.Create(CultureInfo.InvariantCulture, $"{sinceBegin.Value / 60:0.0} min into the run the sentinel had moved: {string.Join(", ", moved)}"));
        return kept;
    }

    private static Estimate? Of(IReadOnlyDictionary<string, double> look, string name) =>
        look.TryGetValue(name, out var value) && value > 0
            ? new Estimate(value, look.GetValueOrDefault(name + SentinelCalibration.Low, value), look.GetValueOrDefault(name + SentinelCalibration.High, value), Provenance.Measured)
            : null;
}
