using SparseProf.Ops;
using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Sampling;

/// <summary>How a measurement is taken.</summary>
public sealed record SamplingPlan(TimingMode Mode)
{
    public WarmUp WarmUp { get; init; } = WarmUp.Default;

    public StoppingRule StoppingRule { get; init; } = StoppingRule.Default;

    /// <summary>
    /// Share of the time that the device may work, by pauses after every 3 ms of it; for the burst regime of devices that
    /// a power limit slows down within milliseconds. One: no pauses.
    /// </summary>
    public Fraction DutyCycle { get; init; } = Fraction.One;

    /// <summary>A sample holds enough calls to last this long, so that the host's part between two samples does not let the device rest.</summary>
    public Seconds ShortestSample { get; init; } = new(0);

    public static SamplingPlan For(TimingMode mode, bool quick = false) => quick
        ? new SamplingPlan(mode) { WarmUp = WarmUp.Quick, StoppingRule = StoppingRule.Quick }
        : new SamplingPlan(mode);

    /// <summary>Uninterrupted work for seconds.</summary>
    public static SamplingPlan Sustained(TimingMode mode) =>
        new(mode) { WarmUp = WarmUp.Sustained, StoppingRule = StoppingRule.Sustained, ShortestSample = new(0.02) };
}
