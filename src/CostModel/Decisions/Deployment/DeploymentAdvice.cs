using SparseProf.Ops;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Decisions.Deployment;

/// <summary>How sure the decision is.</summary>
public enum Confidence
{
    /// <summary>The recommended one keeps its constraints over its whole interval and beats every other accelerator's.</summary>
    Firm,

    /// <summary>Best by its value, but intervals overlap or a constraint may break.</summary>
    Leaning,

    /// <summary>Whether a sparse format pays cannot be told: dense is recommended until the measurement is made.</summary>
    Undecided,

    /// <summary>No candidate keeps every constraint.</summary>
    Infeasible,
}

/// <summary>What can be said of a sparse format on the recommended accelerator, at the batch of its cheapest deployment.</summary>
/// <param name="Verdict">Recommended only where the interval excludes 1: faster.</param>
public sealed record FormatVerdict(SparsityPattern Pattern, DType DType, long Batch, Estimate Speedup, Verdict Verdict, string Text);

/// <summary>The one measurement that would decide: the kernel with the largest share of what is unsure about a format's speedup.</summary>
/// <param name="Calls">The sparse kernel and its dense counterpart.</param>
/// <param name="Share">Of the variance of the log speedup, 0 to 1.</param>
public sealed record DecidingMeasurement(string Profile, SparsityPattern Pattern, IReadOnlyList<Latency.KernelCall> Calls, double Share, string Text);

/// <summary>Constraints that exclude each other: one that no candidate keeps, or two that none keeps together.</summary>
public sealed record Contradiction(IReadOnlyList<Constraint> Constraints, string Text);

/// <summary>An assumption, and where the decision would change.</summary>
/// <param name="Tried">The values that were tried.</param>
/// <param name="FlipsAt">Null where none of them changes the decision.</param>
/// <param name="Instead">What would be recommended then.</param>
/// <param name="Plausible">Whether that lies within what is not known.</param>
public sealed record Sensitivity(string Assumption, string Stated, string Tried, string? FlipsAt, string? Instead, bool Plausible);

/// <summary>The answer: what to deploy, how sure that is, what else there is and what was not known.</summary>
public sealed record DeploymentAdvice(DeploymentQuestion Question, IReadOnlyList<DeploymentCandidate> Candidates)
{
    /// <summary>Null where none is feasible.</summary>
    public DeploymentCandidate? Recommended { get; init; }

    public required Confidence Confidence { get; init; }

    /// <summary>The decision in a sentence or two.</summary>
    public required string Verdict { get; init; }

    /// <summary>Feasible candidates that none dominates, by price, else energy.</summary>
    public IReadOnlyList<DeploymentCandidate> Front { get; init; } = [];

    public IReadOnlyList<FormatVerdict> Formats { get; init; } = [];

    /// <summary>Null where nothing is undecided.</summary>
    public DecidingMeasurement? MeasureThis { get; init; }

    public IReadOnlyList<Contradiction> Contradictions { get; init; } = [];

    public IReadOnlyList<Sensitivity> Sensitivities { get; init; } = [];

    public IReadOnlyList<string> Caveats { get; init; } = [];

    /// <summary>Named because another one would give other percentiles.</summary>
    public string QueueingModel { get; init; } = BatchQueue.ModelName;
}
