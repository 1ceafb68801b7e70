using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Training;
using SparseProf.Store;
using SparseProf.Workloads;

namespace SparseProf.Cli.Sweep.Plan;

/// <summary>One case of a plan: one piece of work on one device, once.</summary>
/// <param name="Text">What is done, canonical.</param>
/// <param name="Bound">No sample is begun after so long.</param>
internal abstract record PlannedCase(string Key, string Text, PlannedDevice Device, int Repeat, Seconds Bound)
{
    /// <summary>
    /// The key of a case, 32 hexadecimal digits over kind, text, device, threads, seed, quick and repeat. It names planned
    /// work, before the driver and libraries that will do it are known; the keys of the database add those.
    /// </summary>
    public static string KeyOf(string kind, string text, PlannedDevice device, SweepPlan plan, int repeat) =>
        CaseKey.Hash("sweep", kind, text, device.Name, device.Threads?.ToString(), plan.Seed.ToString(), plan.Quick ? "quick" : "full", repeat.ToString());

    /// <summary>Whether the case is measured in turns with the one before it: the same work under another pattern.</summary>
    public virtual bool IsTakenWith(PlannedCase before) => false;
}

/// <summary>A kernel.</summary>
internal sealed record KernelCase(string Key, Op Op, KernelCall Call, PlannedDevice Device, int Repeat, Seconds Bound) : PlannedCase(Key, Op.Text, Device, Repeat, Bound)
{
    public override bool IsTakenWith(PlannedCase before) =>
        before is KernelCase other && other.Device == Device && other.Repeat == Repeat && Dense(other.Call) == Dense(Call);

    private static KernelCall Dense(KernelCall call) => call with { Pattern = SparsityPattern.Dense.Instance };
}

/// <summary>A forward pass of a model of the catalog.</summary>
internal sealed record ModelCase(string Key, string Text, Workload Workload, PlannedDevice Device, int Repeat, Seconds Bound) : PlannedCase(Key, Text, Device, Repeat, Bound);

/// <summary>A training of one point of a grid.</summary>
/// <param name="Point">A grid of one point.</param>
internal sealed record TrainingPointCase(string Key, string Text, SweepFile Point, string? Data, PlannedDevice Device, int Repeat, Seconds Bound) : PlannedCase(Key, Text, Device, Repeat, Bound);
