using SparseProf.Ops.Units;

namespace SparseProf.Ops;

/// <summary>
/// One operation with its exact work. FLOPs count the multiply-adds of matrix products, convolutions and attention, two
/// each, as the usual FLOP counters do; normalization, softmax and elementwise operations count none and are described
/// by their traffic.
/// </summary>
public abstract record Op(DType DType)
{
    /// <summary>The name of the operation in files and the database: gemm, conv2d, attention…</summary>
    public abstract string Kind { get; }

    /// <summary>Canonical text: the key under which measurements of the same work are found again.</summary>
    public abstract string Text { get; }

    /// <summary>Work as if no weight were zero.</summary>
    public virtual Flops DenseEquivalentFlops => new(0);

    /// <summary>Work on stored weights only.</summary>
    public virtual Flops NonzeroFlops => DenseEquivalentFlops;

    /// <summary>Each operand read once, each result written once.</summary>
    public abstract Bytes CompulsoryTraffic { get; }

    /// <summary>Stored parameters, zeros of a pattern included.</summary>
    public virtual Parameters TotalParameters => new(0);

    /// <summary>Parameters that one token uses, zeros of a pattern included.</summary>
    public virtual Parameters ActiveParameters => TotalParameters;

    /// <summary>Stored parameters that are not zeros of a pattern.</summary>
    public virtual Parameters NonzeroParameters => TotalParameters;

    /// <summary>Parameters as stored in the pattern's format, index included.</summary>
    public virtual Bytes WeightBytes => TotalParameters.Value * DType.Size();

    public sealed override string ToString() => Text;
}
