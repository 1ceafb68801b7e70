namespace SparseProf.Workloads.Training.Optimizers;

public enum OptimizerKind
{
    Sgd,
    AdamW,
    Lamb,
}

/// <summary>An optimizer and its constants.</summary>
public sealed record OptimizerSettings
{
    public OptimizerKind Kind { get; init; } = OptimizerKind.AdamW;

    public double LearningRate { get; init; } = 1e-3;

    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Of SGD.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Of AdamW and LAMB: how long the mean gradient remembers.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Of AdamW and LAMB: how long the mean squared gradient remembers.</summary>
    public double Beta2 { get; init; } = 0.999;

    public double Epsilon { get; init; } = 1e-8;

    public Optimizer Create(IReadOnlyList<TrainedParameter> parameters) => Kind switch
    {
        OptimizerKind.Sgd => new Sgd(parameters, this),
        OptimizerKind.AdamW => new AdamW(parameters, this),
        _ => new Lamb(parameters, this),
    };
}
