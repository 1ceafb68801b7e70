namespace SparseProf.Store.Rows;

/// <summary>A training as it begins.</summary>
public record TrainingCase
{
    public string Key { get; init; } = Guid.NewGuid().ToString("n");

    /// <summary>Equal for the same training; chosen by the trainer, found again on resume.</summary>
    public required string CaseKey { get; init; }

    public required DateTimeOffset StartedUtc { get; init; }

    public required string Workload { get; init; }

    public required string DataSet { get; init; }

    public required bool Synthetic { get; init; }

    /// <summary>dense, static, magnitude, rigl, set, sr-ste, switch…</summary>
    public required string Method { get; init; }

    public required string Pattern { get; init; }

    public required double Sparsity { get; init; }

    public required long Seed { get; init; }

    public required double ParametersTotal { get; init; }

    public required double ParametersActive { get; init; }

    public required double ParametersNonzero { get; init; }

    public required string ConfigJson { get; init; }
}

/// <summary>What is known when a training has ended.</summary>
public sealed record TrainingResult
{
    public required DateTimeOffset EndedUtc { get; init; }

    /// <summary>completed, interrupted, diverged or failed.</summary>
    public required string Outcome { get; init; }

    public required long Steps { get; init; }

    public double? Tokens { get; init; }

    public double? FinalLoss { get; init; }

    /// <summary>Whether the learning rate had decayed at the end; losses of undecayed checkpoints do not follow the scaling law.</summary>
    public bool? Decayed { get; init; }

    public double? ElapsedS { get; init; }

    public double? DenseEquivalentFlops { get; init; }

    public double? NonzeroFlops { get; init; }

    public double? EnergyJ { get; init; }

    public string? EnergyMissingBecause { get; init; }

    public double? PeakMemoryBytes { get; init; }

    public string? Checkpoint { get; init; }
}

/// <summary>A stored training.</summary>
public sealed record TrainingRunRow : TrainingCase
{
    public required long Id { get; init; }

    public required long RunId { get; init; }

    /// <summary>Null until it has ended.</summary>
    public TrainingResult? Result { get; init; }
}

/// <summary>One training step, or one point of the curve where not every step is kept.</summary>
public sealed record TrainingStepRow
{
    public required long Step { get; init; }

    public required double ElapsedS { get; init; }

    /// <summary>Examples seen so far.</summary>
    public required double Examples { get; init; }

    public double? Tokens { get; init; }

    /// <summary>Null where it was not a finite number.</summary>
    public double? Loss { get; init; }

    public double? Accuracy { get; init; }

    public double? LearningRate { get; init; }

    public double? GradientNorm { get; init; }

    public double? Density { get; init; }
}

/// <summary>A figure of a step by name, beside the fixed columns.</summary>
public sealed record TrainingMetricRow
{
    public required long Step { get; init; }

    public required string Name { get; init; }

    public required double Value { get; init; }
}

/// <summary>One metric of a trained model on one slice of a data set.</summary>
public sealed record EvaluationRow
{
    public long Id { get; init; }

    public long TrainingRunId { get; init; }

    public required DateTimeOffset AtUtc { get; init; }

    public required long Step { get; init; }

    public required string DataSet { get; init; }

    public required bool Synthetic { get; init; }

    public required string Split { get; init; }

    /// <summary>Empty where the data are as they came.</summary>
    public string Corruption { get; init; } = "";

    public double Severity { get; init; }

    /// <summary>A class or group; empty for all of them.</summary>
    public string Subgroup { get; init; } = "";

    public required string Metric { get; init; }

    public required double Value { get; init; }

    public double? CiLow { get; init; }

    public double? CiHigh { get; init; }

    public required long Examples { get; init; }
}
