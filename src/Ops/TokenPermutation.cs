using SparseProf.Ops.Units;

namespace SparseProf.Ops;

/// <summary>
/// What a mixture of experts does beside its products: every choice of a token copied to its expert's rows, and a token's
/// results added, each times its gate.
/// </summary>
public sealed record TokenPermutation(long Tokens, long Width, Routing Routing, DType DType) : Op(DType)
{
    public override string Kind => "permute";

    public ExpertLoad Load { get; init; } = ExpertLoad.Balanced.Instance;

    public override string Text => $"permute tokens={Tokens} width={Width} experts={Routing.Experts} top_k={Routing.TopK}{(Load is ExpertLoad.Balanced ? "" : $" load={Load.Text}")} {DType.Name()}";

    /// <summary>Tokens read, copies written; results read, sums written.</summary>
    public override Bytes CompulsoryTraffic => 2.0 * Tokens * (1 + Routing.TopK) * Width * DType.Size();
}
