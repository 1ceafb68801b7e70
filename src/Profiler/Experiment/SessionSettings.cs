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
    private static readonly Seconds s_modelTime = new(12);
    private static readonly Seconds s_kernelTime = new(4);

    internal InterleavedPlan Compare(MeasurementCase first) => InterleavedPlan.For(first.Mode, Quick) with
    {
        RelativeHalfWidth = Quick ? 0.02 : 0.01,
        MaxWallTime = Quick ? new(2) : first.OpKind == "model" ? s_modelTime : s_kernelTime,
    };

    internal SamplingPlan Single(TimingMode mode) => SamplingPlan.For(mode, Quick) is var plan && !Quick
        ? plan with { StoppingRule = plan.StoppingRule with { RelativeHalfWidth = 0.01, MaxWallTime = s_kernelTime } }
        : plan;
}
