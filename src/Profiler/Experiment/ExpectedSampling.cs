using SparseProf.Ops.Units;
using SparseProf.Profiler.Sampling;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Experiment;

/// <summary>How long the sampling policy keeps a session busy with cases that are measured in turns.</summary>
/// <param name="Least">The fewest blocks that are allowed.</param>
/// <param name="Usual">Until the policy's wall time is spent, which it is on machines that are not quiet.</param>
public readonly record struct ExpectedSampling(Seconds Least, Seconds Usual)
{
    // Candidates are visited forth and back in each block.
    private const int VisitsPerBlock = 2;

    /// <param name="first">A case of the group; its kind and mode decide the policy.</param>
    /// <param name="calls">Time of a single call of each candidate.</param>
    public static ExpectedSampling Of(SessionSettings settings, MeasurementCase first, IReadOnlyList<Seconds> calls)
    {
        var plan = settings.Compare(first);
        var block = VisitsPerBlock * calls.Sum(call => Math.Max(call.Value, plan.Visit.Value));
        var warmUp = calls.Sum(call => Math.Max(plan.WarmUp.MinCalls * call.Value, Math.Min(plan.WarmUp.MaxTime.Value, plan.Visit.Value)));
        var least = warmUp + plan.MinBlocks * block;
        var longWarmUp = calls.Sum(call => Math.Max(plan.WarmUp.MinCalls * call.Value, plan.WarmUp.MaxTime.Value));
        return new(new Seconds(least), new Seconds(Math.Max(least, longWarmUp + plan.MaxWallTime.Value)));
    }
}
