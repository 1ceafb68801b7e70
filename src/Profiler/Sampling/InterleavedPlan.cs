using SparseProf.Ops;
using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Sampling;

/// <summary>How candidates are compared: in blocks, each in random order forth and back (A B B A), until every ratio is known well enough.</summary>
public sealed record InterleavedPlan(TimingMode Mode)
{
    public WarmUp WarmUp { get; init; } = WarmUp.Default;

    public int MinBlocks { get; init; } = 8;

    public int MaxBlocks { get; init; } = 200;

    /// <summary>Half the interval of a ratio to the first candidate ÷ the ratio.</summary>
    public double RelativeHalfWidth { get; init; } = 0.005;

    /// <summary>Wall time of the comparison, warm-up excluded; the least number of blocks comes first.</summary>
    public Seconds MaxWallTime { get; init; } = new(15);

    /// <summary>Short candidates are sampled for so long at each visit.</summary>
    public Seconds Visit { get; init; } = new(0.005);

    /// <summary>Share of the time that the device may work, by pauses after each visit; see <see cref="SamplingPlan.DutyCycle"/>.</summary>
    public Fraction DutyCycle { get; init; } = Fraction.One;

    public int Seed { get; init; }

    public static InterleavedPlan For(TimingMode mode, bool quick = false) => quick
        ? new InterleavedPlan(mode) { WarmUp = WarmUp.Quick, RelativeHalfWidth = 0.02, MaxWallTime = new(3), MinBlocks = 6 }
        : new InterleavedPlan(mode);
}
