using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;

namespace SparseProf.Reports.Evidence;

/// <summary>A sparse way to run a model that could be deployed, beside the fastest dense way on the same device.</summary>
public sealed record Candidate(DeviceEvidence Device, TimedMeasurement Measured, Speedup Speedup)
{
    public Verdict Verdict => Speedup.Verdict;

    public string Model => Measured.Row.Workload ?? Measured.Row.Op;

    public string Name => Measured.Row.Pattern == "dense" ? Model : $"{Model} {Measured.Row.Pattern}";

    /// <summary>Share of the promised speedup that was delivered.</summary>
    public double? Kept => Speedup.Promised is { } promised and > 1 ? Speedup.Delivered.Value / promised : null;

    /// <summary>Whether it gains far more than the work left out can give: then a measurement was disturbed.</summary>
    public bool Implausible => Speedup.Promised is { } promised && Speedup.Delivered.Low > MostOverPromise * Math.Max(1, promised);

    private const double MostOverPromise = 1.5;

    /// <summary>The fastest verified sparse execution of each model, pattern and batch, in the mode in which its dense baseline is fastest: what runs slower than need be is not deployed. Mixtures of experts count as sparse where their dense model was measured.</summary>
    public static IReadOnlyList<Candidate> Of(IReadOnlyList<DeviceEvidence> devices) =>
    [
        .. devices.SelectMany(device => device.Models
            .Where(measured => measured.Row.Verified && IsSparse(measured) && device.Speedups.TryGetValue(measured.Row.Id, out var speedup) && !speedup.Baseline.IsMixture)
            .GroupBy(measured => (measured.Row.Workload, measured.Row.Pattern, measured.Row.Batch, measured.Row.Op, measured.Row.Threads, measured.Row.Regime))
            .Select(same => same.MinBy(measured => (device.Speedups[measured.Row.Id].Baseline.Time.Value, measured.Time.Value))!)
            .Select(best => new Candidate(device, best, device.Speedups[best.Row.Id])))
        .OrderByDescending(candidate => candidate.Speedup.Delivered.Value),
    ];

    private static bool IsSparse(TimedMeasurement measured) => measured.Row.Execution == Execution.Sparse || measured.IsMixture;
}
