namespace SparseProf.Ops;

/// <summary>How the caches stand before a timed call; never mixed in one measurement.</summary>
public enum TimingMode
{
    /// <summary>Last-level cache evicted before each timed stretch.</summary>
    Cold,

    /// <summary>The same inputs again and again.</summary>
    Hot,

    /// <summary>Many calls over rotating inputs in one device graph.</summary>
    Graph,
}

/// <summary>Two regimes are two different numbers: the power limit acts within milliseconds.</summary>
public enum Regime
{
    /// <summary>Short bursts with gaps, at full clock.</summary>
    Burst,

    /// <summary>Seconds of uninterrupted work, at the clock that power and cooling allow.</summary>
    Sustained,
}

/// <summary>What is done with the zeros of a sparse model.</summary>
public enum Execution
{
    /// <summary>The model has no zeros by design.</summary>
    Dense,

    /// <summary>Zeros are stored and multiplied, as a naive implementation does.</summary>
    Masked,

    /// <summary>Kernels that skip zeros.</summary>
    Sparse,
}
