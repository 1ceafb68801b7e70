using SparseProf.Ops;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Decisions.Deployment;

/// <summary>What a deployment has to keep. The first two are no choice of the user's but limits of the hardware.</summary>
public enum Constraint
{
    DType,
    Pattern,
    Memory,
    Latency,
    Load,
    Budget,
    Accuracy,
}

/// <summary>A constraint that a candidate breaks, and by how much.</summary>
public sealed record Violation(Constraint Constraint, string Text);

/// <summary>
/// Accelerator × pattern × dtype × batch × replicas with what it would deliver. Numbers are null where nothing is known:
/// no price in the profile, no power limit, no region, no peak for the dtype. An unbounded interval ends at infinity.
/// </summary>
public sealed record DeploymentCandidate(string Profile, SparsityPattern Pattern, DType DType, long Batch)
{
    /// <summary>Least number that keeps load and latency; the interval is that of the number needed.</summary>
    public Estimate? Replicas { get; init; }

    /// <summary>One forward pass of the batch, s.</summary>
    public Estimate? ServiceSeconds { get; init; }

    /// <summary>Median time from a request's arrival to its answer, s: batch filling, queue and service.</summary>
    public Estimate? MedianSeconds { get; init; }

    /// <summary>95th percentile of the same.</summary>
    public Estimate? P95Seconds { get; init; }

    /// <summary>Inferences that all replicas can serve, 1/s.</summary>
    public Estimate? Throughput { get; init; }

    /// <summary>Share of the time that a replica works.</summary>
    public Estimate? Utilization { get; init; }

    /// <summary>Of one replica: stored weights, activations, cached keys and values.</summary>
    public double? MemoryBytes { get; init; }

    public double? DeviceMemoryBytes { get; init; }

    /// <summary>Mean of all replicas under the asked load, W.</summary>
    public Estimate? Watts { get; init; }

    /// <summary>J, idle time between batches included.</summary>
    public Estimate? JoulesPerInference { get; init; }

    public Estimate? UsdPerHour { get; init; }

    public Estimate? UsdPerMillion { get; init; }

    /// <summary>gCO2e per million inferences, the site's overhead included; embodied carbon is not.</summary>
    public Estimate? GramsPerMillion { get; init; }

    public QualityChange Quality { get; init; } = QualityChange.Unknown;

    /// <summary>Time of the dense pass over time of this one, on the same accelerator, dtype and batch; null for dense ones.</summary>
    public Estimate? Speedup { get; init; }

    /// <summary>A kernel lies outside anything measured.</summary>
    public bool OutOfRange { get; init; }

    public IReadOnlyList<Violation> Violations { get; init; } = [];

    public bool Feasible => Violations.Count == 0;

    /// <summary>No other feasible candidate is at least as good in latency, price, energy and quality, and better in one.</summary>
    public bool OnFront { get; init; }

    public bool IsDense => Pattern is SparsityPattern.Dense;

    public string Name => $"{Profile}, {Pattern}, {DType.Name()}, batch {Batch}" + (Replicas is { } replicas ? $", {replicas.Value:0} replica{(replicas.Value > 1 ? "s" : "")}" : "");
}
