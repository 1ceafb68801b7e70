using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;

namespace SparseProf.CostModel.Decisions.Deployment;

/// <summary>What the best deployment has least of.</summary>
public enum Objective
{
    /// <summary>USD per million inferences.</summary>
    Price,

    /// <summary>Joules per inference.</summary>
    Energy,

    /// <summary>gCO2e per million inferences.</summary>
    Carbon,

    /// <summary>95th percentile of the latency under load.</summary>
    Latency,
}

/// <summary>Which deployments are considered, and what a deployment has to keep.</summary>
/// <param name="Model">Its name, as people read it.</param>
/// <param name="Work">One forward pass for a batch, a dtype and the pattern of the weights.</param>
public sealed record DeploymentQuestion(string Model, Func<long, DType, SparsityPattern, ModelWork> Work)
{
    public required IReadOnlyList<HardwareProfile> Profiles { get; init; }

    public required IReadOnlyList<SparsityPattern> Patterns { get; init; }

    public required IReadOnlyList<DType> DTypes { get; init; }

    /// <summary>Inferences that one forward pass serves.</summary>
    public required IReadOnlyList<long> Batches { get; init; }

    /// <summary>Inferences asked for, 1/s, arriving at random (Poisson).</summary>
    public required double QueriesPerSecond { get; init; }

    /// <summary>For the 95th percentile under load, s; null without a limit.</summary>
    public double? LatencyLimitSeconds { get; init; }

    /// <summary>Least value of the metric that the store holds for this model.</summary>
    public double? AccuracyFloor { get; init; }

    /// <summary>For all replicas together.</summary>
    public double? BudgetUsdPerHour { get; init; }

    /// <summary>Null where no region was named: no carbon is told.</summary>
    public Region? Region { get; init; }

    /// <summary>Energy of the site over energy of its computers.</summary>
    public Pue Pue { get; init; } = Pue.Default;

    /// <summary>Null for as few as the constraints allow.</summary>
    public int? Replicas { get; init; }

    public Objective Objective { get; init; }
}
