using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Decisions.Deployment;

/// <summary>Where an expected change of quality comes from.</summary>
public enum QualitySource
{
    Unknown,

    /// <summary>Dense weights in a floating-point type: what others are compared with.</summary>
    Baseline,

    /// <summary>Evaluations of trained models in the store.</summary>
    Evaluations,

    /// <summary>A fitted law L(N, D, S).</summary>
    ScalingLaw,
}

/// <summary>Expected quality against the dense model.</summary>
/// <param name="Change">Of <paramref name="Metric"/>; null where unknown. A share of the loss for a scaling law.</param>
/// <param name="Level">The metric itself; null where only the change, or nothing, is known.</param>
/// <param name="Metric">accuracy, loss…; empty where unknown.</param>
/// <param name="Text">One line on how it is known.</param>
public sealed record QualityChange(QualitySource Source, Estimate? Change, Estimate? Level, string Metric, string Text)
{
    public static QualityChange Unknown { get; } = new(QualitySource.Unknown, null, null, "", "unknown: no evaluation in the store, no scaling law given");
}
