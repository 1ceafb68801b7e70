using SparseProf.Ops;

namespace SparseProf.Workloads.Sparsity;

/// <summary>How the weights of a model become sparse while it trains.</summary>
public sealed record SparsityPlan
{
    public static SparsityPlan Dense { get; } = new();

    public SparseMethod Method { get; init; } = SparseMethod.Dense;

    /// <summary>Of the prunable weights together: layers get their own densities of it.</summary>
    public SparsityPattern Pattern { get; init; } = SparsityPattern.Dense.Instance;

    public DensityDistribution Distribution { get; init; } = DensityDistribution.Erk;

    /// <summary>Steps between updates of the masks.</summary>
    public int UpdateInterval { get; init; } = 50;

    /// <summary>Share of the kept weights that drop-and-grow replaces at first; it falls with a cosine (Evci et al. 2020, section 3).</summary>
    public double DropFraction { get; init; } = 0.3;

    /// <summary>Share of the training after which pruning begins.</summary>
    public double Begin { get; init; } = 0.1;

    /// <summary>Share of the training after which the masks stay.</summary>
    public double End { get; init; } = 0.75;

    /// <summary>λ of SR-STE: how strongly weights that the mask drops decay (Zhou et al. 2021, eq. 9).</summary>
    public double StraightThroughDecay { get; init; } = 2e-4;

    /// <summary>Layers that stay dense, by the start of their path; null for the method's usual ones: stem, classifier, pooler, router, head.</summary>
    public IReadOnlyList<string>? DenseLayers { get; init; }
}

public enum SparseMethod
{
    Dense,

    /// <summary>Random masks that stay.</summary>
    Static,

    /// <summary>The smallest weights go at once, at <see cref="SparsityPlan.Begin"/>.</summary>
    Magnitude,

    /// <summary>The smallest weights go along a cubic schedule (Zhu and Gupta 2017, eq. 1).</summary>
    Gradual,

    /// <summary>Drop small weights, grow random ones (Mocanu et al. 2018).</summary>
    Set,

    /// <summary>Drop small weights, grow those with the largest gradients (Evci et al. 2020).</summary>
    RigL,

    /// <summary>N:M by straight-through estimates (Zhou et al. 2021).</summary>
    SrSte,
}

public enum DensityDistribution
{
    /// <summary>Erdős–Rényi-kernel: small layers denser.</summary>
    Erk,

    Uniform,

    /// <summary>One magnitude threshold for all layers; of magnitude pruning only.</summary>
    Global,
}
