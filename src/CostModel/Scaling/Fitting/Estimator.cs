namespace SparseProf.CostModel.Scaling.Fitting;

/// <summary>How residuals are added up.</summary>
public enum EstimatorKind
{
    /// <summary>Squares up to δ, linear beyond: r²/2, then δ(|r| − δ/2) (Huber 1964).</summary>
    Huber,

    /// <summary>Absolute values.</summary>
    L1,

    /// <summary>Squares.</summary>
    L2,
}

/// <summary>What a residual is.</summary>
public enum ResidualKind
{
    /// <summary>ln L − ln L̂: about the relative error.</summary>
    Log,

    /// <summary>L − L̂, in the unit of the loss.</summary>
    Absolute,
}

/// <summary>The named estimator; it is printed with every fit, for the answer depends on it.</summary>
public sealed record Estimator(EstimatorKind Kind = EstimatorKind.Huber, double HuberDelta = 1e-3, ResidualKind Residual = ResidualKind.Log)
{
    public static Estimator Default { get; } = new();

    /// <summary>The objective as it is reported: Σ Huber(r), Σ |r| or Σ r².</summary>
    public double Sum(IEnumerable<double> residuals) => residuals.Sum(residual => Kind switch
    {
        EstimatorKind.L1 => Math.Abs(residual),
        EstimatorKind.L2 => residual * residual,
        _ => Math.Abs(residual) is var size && size <= HuberDelta ? 0.5 * size * size : HuberDelta * (size - (0.5 * HuberDelta)),
    });

    /// <summary>ln L − ln L̂ or L − L̂.</summary>
    public double ResidualOf(double observed, double predicted) =>
        Residual == ResidualKind.Log ? Math.Log(observed / predicted) : observed - predicted;
}
