using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Sampling;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Experiment;

/// <summary>How long and how closely a session measures.</summary>
public sealed record SessionSettings
{
    /// <summary>Looser stopping, for a first look.</summary>
    public bool Quick { get; init; }

    /// <summary>Wall time of the whole session; null for no limit.</summary>
    public Seconds? Budget { get; init; }

    /// <summary>How long each model repeats for its energy, where the device has an energy counter.</summary>
    public Seconds EnergyWindow { get; init; } = new(2);

    // Models take hundreds of milliseconds a pass, kernels a few: an equal number of blocks costs very unequal times.
    private const int ModelBlocks = 6;
    private const int QuickModelBlocks = 4;
    private static readonly Seconds s_modelTime = new(4.5);
    private static readonly Seconds s_kernelTime = new(1.5);
    private static readonly Seconds s_quickTime = new(1.5);

    // On a shared machine times never settle within 2 %; all candidates of a group are warm after the first block anyway.
    private static readonly Seconds s_kernelWarmUp = new(0.2);
    private static readonly WarmUp s_modelWarmUp = WarmUp.Default with { MinCalls = 3, MaxTime = new(1) };

    internal InterleavedPlan Compare(MeasurementCase first)
    {
        var plan = InterleavedPlan.For(first.Mode, Quick) with
        {
            RelativeHalfWidth = Quick ? 0.02 : 0.01,
            MaxWallTime = Quick ? s_quickTime : first.OpKind == "model" ? s_modelTime : s_kernelTime,
        };
        return first.OpKind == "model"
            ? plan with { MinBlocks = Quick ? QuickModelBlocks : ModelBlocks, WarmUp = s_modelWarmUp }
            : plan with { WarmUp = plan.WarmUp with { MaxTime = s_kernelWarmUp } };
    }

    internal SamplingPlan Single(TimingMode mode) => SamplingPlan.For(mode, Quick) is var plan && !Quick
        ? plan with { StoppingRule = plan.StoppingRule with { RelativeHalfWidth = 0.01, MaxWallTime = s_kernelTime } }
        : plan;
}
