using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Sampling;

/// <summary>Wall time that a whole run may take; shared by all its measurements.</summary>
public sealed class TimeBudget(TimeProvider clock, Seconds total)
{
    private readonly long _begun = clock.GetTimestamp();

    public static TimeBudget Unlimited { get; } = new(TimeProvider.System, new(double.PositiveInfinity));

    public Seconds Left => total - new Seconds(clock.GetElapsedTime(_begun).TotalSeconds);

    public bool IsSpent => Left.Value <= 0;
}
