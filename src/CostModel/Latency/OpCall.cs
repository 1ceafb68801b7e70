using SparseProf.Ops;

namespace SparseProf.CostModel.Latency;

/// <summary>The kernel that runs an op of a graph; ops without a family of their own count by their traffic.</summary>
public static class OpCall
{
    public static KernelCall Of(Op op) => op switch
    {
        Gemm gemm => new(KernelKind.Gemm, op.DType) { M = gemm.Shape.M, N = gemm.Shape.N, K = gemm.Shape.K, Batch = gemm.Batch, Pattern = gemm.Pattern },
        ActivationProduct product => new(KernelKind.Gemm, op.DType) { M = product.Rows, N = product.Columns, K = product.Depth, Batch = product.Batch },
        MoeFfn moe => new(KernelKind.MoeFfn, op.DType)
        {
            M = Rows(moe),
            N = moe.ExpertWidth,
            K = moe.Width,
            Experts = moe.Routing.Experts,
            TopK = moe.Routing.TopK,
            Matrices = moe.Matrices,
            Pattern = moe.Pattern,
        },
        Attention attention => new(KernelKind.Attention, op.DType)
        {
            Batch = attention.Batch,
            SeqQ = attention.QueryLength,
            SeqKv = attention.KeyLength,
            Heads = attention.Heads,
            KvHeads = attention.KvHeads,
            HeadDim = attention.HeadWidth,
            Causal = attention.Causal,
        },
        Softmax softmax => Rows(KernelKind.Softmax, op, softmax.Rows, softmax.Columns),
        Normalization norm => Rows(KernelKind.LayerNorm, op, norm.Rows, norm.Columns),
        Elementwise elementwise => Rows(KernelKind.Elementwise, op, elementwise.Rows, elementwise.Columns) with { Operands = elementwise.Operands },
        Conv2d conv => new(KernelKind.Conv2d, op.DType)
        {
            Batch = conv.Batch,
            N = conv.Outputs,
            K = conv.Inputs,
            Rows = conv.Height,
            Columns = conv.Width,
            Kernel = conv.Kernel,
            Stride = conv.Stride,
            Padding = conv.Padding,
            Pattern = conv.Pattern,
        },
        _ => Rows(KernelKind.Elementwise, op, 1, Math.Max(1, Math.Round(op.CompulsoryTraffic.Value / 2 / op.DType.Size().Value))),
    };

    // With a capacity every expert computes as many rows, filled or not.
    private static double Rows(MoeFfn moe) => moe.Routing.CapacityFactor is null
        ? moe.Tokens
        : Math.Max(1, (double)moe.Routing.Experts * moe.Routing.ExpertCapacity(moe.Tokens) / moe.Routing.TopK);

    private static KernelCall Rows(KernelKind kind, Op op, double rows, double columns) => new(kind, op.DType) { Rows = rows, Columns = columns };
}
