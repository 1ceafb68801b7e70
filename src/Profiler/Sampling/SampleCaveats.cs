using SparseProf.Ops;
using SparseProf.Ops.Statistics;

namespace SparseProf.Profiler.Sampling;

/// <summary>The doubts that samples themselves give rise to. None of them drops a sample.</summary>
public static class SampleCaveats
{
    private const double NoisySpread = 0.05;
    private const double SmallestDrift = 0.01;

    /// <param name="wantedHalfWidth">Half the interval of the median ÷ the median at which sampling would have ended.</param>
    public static IEnumerable<ObservedCaveat> Of(ReadOnlySpan<double> times, StopReason stop, double wantedHalfWidth, int minSamples)
    {
        var caveats = new List<ObservedCaveat>();
        if (stop is StopReason.Interrupted)
            caveats.Add(new(Caveat.Interrupted, $"after {times.Length} samples"));
        if (times.IsEmpty)
            return caveats;

        var spread = SampleSummary.Of(times).RelativeInterquartileRange;
        var halfWidth = StoppingRule.HalfWidth(times);
        if (spread > NoisySpread)
            caveats.Add(new(Caveat.Noisy, $"relative interquartile range {spread:P1}"));
        else if (stop is StopReason.TimeLimit or StopReason.BudgetSpent && (halfWidth > wantedHalfWidth || times.Length < minSamples))
            caveats.Add(new(Caveat.Noisy, $"interval still ±{halfWidth:P1} after {times.Length} samples"));

        var drift = TheilSen.RelativeDrift(times);
        if (Math.Abs(drift.Value) > SmallestDrift && !drift.Holds(0))
            caveats.Add(new(Caveat.Drifting, $"{drift.Value:+0.0 %;-0.0 %} from first to last sample"));
        if (Bimodality.Find(times) is { } modes)
            caveats.Add(new(Caveat.Bimodal, $"{modes.LowerShare:P0} of the samples near {new Ops.Units.Seconds(modes.Lower)}, the rest near {new Ops.Units.Seconds(modes.Upper)}"));
        return caveats;
    }
}
