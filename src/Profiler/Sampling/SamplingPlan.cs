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

    public static SamplingPlan For(TimingMode mode, bool quick = false) => quick
        ? new SamplingPlan(mode) { WarmUp = WarmUp.Quick, StoppingRule = StoppingRule.Quick }
        : new SamplingPlan(mode);

    /// <summary>Uninterrupted work for seconds.</summary>
    public static SamplingPlan Sustained(TimingMode mode) =>
        new(mode) { WarmUp = WarmUp.Sustained, StoppingRule = StoppingRule.Sustained };
}
