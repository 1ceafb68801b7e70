namespace SparseProf.Workloads.Modules;

/// <summary>What keeps the router of a mixture in order while it trains.</summary>
public sealed record RouterTraining
{
    /// <summary>α of the load-balancing loss α·E·Σ fᵢ·Pᵢ (Fedus et al. 2021, eq. 4); 0 for none.</summary>
    public double LoadBalancing { get; init; } = 0.01;

    /// <summary>Weight of the router z-loss, the mean of log²Σexp(logits) (Zoph et al. 2022, eq. 5); 0 for none.</summary>
    public double ZLoss { get; init; } = 0.001;

    /// <summary>The router's input is multiplied by uniform numbers within this of 1 (Fedus et al. 2021, section 2.4); 0 for none.</summary>
    public double Jitter { get; init; } = 0.01;
}
