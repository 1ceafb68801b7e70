using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Sampling;

/// <summary>
/// Decides that enough samples exist: a minimum of samples and of sampled time, and a 95 % interval of the median (by
/// ranks) that is narrow enough; or a limit of wall time or of samples.
/// </summary>
public sealed record StoppingRule
{
    /// <summary>Half-width of 0.5 %, at least 0.5 s of samples, at most 15 s of wall time.</summary>
    public static StoppingRule Default { get; } = new();

    /// <summary>For a first look: 1 %, at least 0.1 s, at most 2 s.</summary>
    public static StoppingRule Quick { get; } = new()
    {
        MinSamples = 10,
        MinSampledTime = new(0.1),
        RelativeHalfWidth = 0.01,
        MaxWallTime = new(2),
    };

    /// <summary>At least 5 s without a pause, for the clock that power and cooling allow; goes with <see cref="WarmUp.Sustained"/>.</summary>
    public static StoppingRule Sustained { get; } = new() { MinSampledTime = new(5), MaxSamples = 1_000_000 };

    public int MinSamples { get; init; } = 20;

    public Seconds MinSampledTime { get; init; } = new(0.5);

    /// <summary>Half the interval of the median ÷ the median.</summary>
    public double RelativeHalfWidth { get; init; } = 0.005;

    public Seconds MaxWallTime { get; init; } = new(15);

    public int MaxSamples { get; init; } = 10_000;

    /// <summary>The interval is looked at after every so many samples, so that chance has fewer occasions to look narrow.</summary>
    public int CheckEvery { get; init; } = 16;

    /// <summary>Why to stop now, or null to go on.</summary>
    /// <param name="times">Times of one call, as sampled so far.</param>
    /// <param name="sampled">Device time of all samples, batched calls included.</param>
    /// <param name="wall">Since the first sample began.</param>
    public StopReason? Check(ReadOnlySpan<double> times, Seconds sampled, Seconds wall)
    {
        if (times.Length >= MaxSamples)
            return StopReason.SampleLimit;
        var isOver = wall >= MaxWallTime;
        var enough = times.Length >= MinSamples && sampled >= MinSampledTime;
        if (enough && (isOver || times.Length == MinSamples || times.Length % CheckEvery == 0) && HalfWidth(times) <= RelativeHalfWidth)
            return StopReason.IntervalNarrow;
        return isOver ? StopReason.TimeLimit : null;
    }

    /// <summary>Half the rank interval of the median ÷ the median.</summary>
    public static double HalfWidth(ReadOnlySpan<double> times)
    {
        var median = MedianInterval.FromRanks(times);
        return (median.High - median.Low) / 2 / median.Value;
    }
}
