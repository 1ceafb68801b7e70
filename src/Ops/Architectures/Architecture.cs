namespace SparseProf.Ops.Architectures;

/// <summary>The sizes of a model: enough to write down its graph, and to build the runnable model with the same parameters and FLOPs.</summary>
public abstract record Architecture
{
    /// <summary>One forward pass over <paramref name="batch"/> inputs.</summary>
    public abstract Graph Graph(long batch);
}
