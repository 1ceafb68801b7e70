using SparseProf.Ops.Units;

namespace SparseProf.Ops;

/// <summary>A batch of products of two activations, [rows × depth]·[depth × columns]; it has no parameters.</summary>
public sealed record ActivationProduct(long Batch, long Rows, long Columns, long Depth, DType DType) : Op(DType)
{
    public override string Kind => "bmm";

    public override string Text => $"bmm batch={Batch} rows={Rows} columns={Columns} depth={Depth} {DType.Name()}";

    public override Flops DenseEquivalentFlops => new(2.0 * Batch * Rows * Columns * Depth);

    public override Bytes CompulsoryTraffic => Batch * ((double)Rows * Depth + (double)Columns * Depth + (double)Rows * Columns) * DType.Size();
}
