using SparseProf.Cli.Measure;
using SparseProf.CostModel.Latency;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Training;
using SparseProf.Workloads;

namespace SparseProf.Cli.Sweep.Plan;

/// <summary>A plan as it was written, checked and with its axes multiplied out, before devices and repeats.</summary>
internal sealed record SweepPlan
{
    public required string Path { get; init; }

    /// <summary>Begins the id of the sweep.</summary>
    public required string Name { get; init; }

    public required IReadOnlyList<KernelEntry> Kernels { get; init; }

    public required IReadOnlyList<ModelEntry> Models { get; init; }

    public required IReadOnlyList<TrainingEntry> Training { get; init; }

    public required IReadOnlyList<PlannedDevice> Devices { get; init; }

    /// <summary>From 1; each is measured by another task, so that it has a process and a time of its own.</summary>
    public required IReadOnlyList<int> Repeats { get; init; }

    public required bool Quick { get; init; }

    public required int Seed { get; init; }
}

/// <summary>What one entry of a plan has beside its axes.</summary>
/// <param name="Devices">Names; empty for all.</param>
/// <param name="TimePerCase">Null for the default of its kind.</param>
internal sealed record EntrySettings(string Where, IReadOnlyList<string> Devices, Seconds? TimePerCase);

/// <summary>Kernels of one entry, in the order in which the axes vary.</summary>
/// <param name="Path">The file that the rows' lines count in.</param>
internal sealed record KernelEntry(EntrySettings Settings, string Path, IReadOnlyList<KernelRow> Rows);

/// <summary>Forward passes of models of the catalog.</summary>
internal sealed record ModelEntry(EntrySettings Settings, IReadOnlyList<Workload> Workloads);

/// <summary>A grid of language models to train; what <c>train --sweep</c> takes.</summary>
/// <param name="Data">Folder of text, or null for the .NET SDK's reference.</param>
internal sealed record TrainingEntry(EntrySettings Settings, SweepFile Grid, string? Data);
