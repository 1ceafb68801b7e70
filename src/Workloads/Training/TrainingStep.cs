namespace SparseProf.Workloads.Training;

/// <summary>What one step saw and did.</summary>
public sealed record TrainingStep
{
    /// <summary>From 1.</summary>
    public required long Step { get; init; }

    /// <summary>Examples seen so far, this step's included.</summary>
    public required double Examples { get; init; }

    /// <summary>Tokens seen so far; null for images.</summary>
    public double? Tokens { get; init; }

    /// <summary>Mean cross-entropy over the batch, in nats, before the step.</summary>
    public required double Loss { get; init; }

    /// <summary>Share of the batch that was classified rightly; null for language models.</summary>
    public double? Accuracy { get; init; }

    public required double LearningRate { get; init; }

    /// <summary>Before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Of the layers that may be sparse, after the step.</summary>
    public required double Density { get; init; }

    /// <summary>Of this step: forward and backward over the batch, zeros included.</summary>
    public required double DenseEquivalentFlops { get; init; }

    /// <summary>Of this step, with kept weights only, and dense gradients where the method needs them.</summary>
    public required double NonzeroFlops { get; init; }

    /// <summary>Further figures by name: experts' loads, entropies, dropped shares, turnover and density of masks.</summary>
    public required IReadOnlyList<KeyValuePair<string, double>> Metrics { get; init; }

    /// <summary>Loss and gradient are not finite: the step was not taken.</summary>
    public bool Diverged => !double.IsFinite(Loss) || !double.IsFinite(GradientNorm);
}
