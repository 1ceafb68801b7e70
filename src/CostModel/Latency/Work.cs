using SparseProf.Ops;

namespace SparseProf.CostModel.Latency;

/// <summary>
/// What a kernel has to do, as a batch of matrix products [Rows × Columns × Depth] plus its arithmetic and traffic.
/// A mixture of experts is a batch of one product for each active expert; row kernels have no depth.
/// </summary>
/// <param name="Flops">On stored weights only.</param>
/// <param name="WeightBytes">In the pattern's format, index included.</param>
/// <param name="OtherBytes">Inputs read once and results written once.</param>
/// <param name="Skew">Load of the busiest expert over the mean; 1 elsewhere.</param>
public readonly record struct Work(
    double Batch, double Rows, double Columns, double Depth, double Flops, double WeightBytes, double OtherBytes, double Skew, double ElementBytes)
{
    private const double IndexBytes = 4;

    public double Bytes => WeightBytes + OtherBytes;

    public static Work Of(KernelCall call)
    {
        var size = call.DType.Size().Value;
        return call.Kind switch
        {
            KernelKind.Gemm => Gemm(call, size),
            KernelKind.MoeFfn => Moe(call, size),
            KernelKind.Attention => Attention(call, size),
            KernelKind.Conv2d => Convolution(call, size),
            _ => new(1, call.Rows, 1, call.Columns, 0, 0, (call.Operands + 1) * call.Rows * call.Columns * size, 1, size),
        };
    }

    // Blocks that are left out take their part of the input with them; a single zero does not.
    private static double KeptDepth(SparsityPattern pattern, double depth) =>
        pattern is SparsityPattern.Block block ? Math.Max(Math.Min(block.Columns, depth), depth * block.Density.Value) : depth;

    private static Work Gemm(KernelCall call, double size)
    {
        var density = call.Pattern.Density.Value;
        return new(
            call.Batch, call.M, call.N, KeptDepth(call.Pattern, call.K),
            2 * call.Batch * call.M * call.N * call.K * density,
            call.Batch * Stored(call.Pattern, call.N, call.K, size),
            call.Batch * call.M * (call.N + call.K) * size, 1, size);
    }

    private const double GatedMatrices = 3;

    // Each matrix is width × expert width; what lies between them is written by one and read by the next.
    private static Work Moe(KernelCall call, double size)
    {
        var matrices = call.Matrices > 0 ? call.Matrices : GatedMatrices;
        var load = RouterLoad.Of(call.Experts, call.TopK, call.M, call.LoadExponent);
        return new(
            load.ActiveExperts, call.M * call.TopK / load.ActiveExperts, call.N, call.K,
            2 * matrices * call.M * call.TopK * call.N * call.K * call.Pattern.Density.Value,
            load.ActiveExperts * matrices * Stored(call.Pattern, call.N, call.K, size),
            call.M * (2 * call.K + call.TopK * (2 * call.K + matrices * call.N)) * size, load.Skew, size);
    }

    private static Work Attention(KernelCall call, double size)
    {
        var visible = call.Causal ? Math.Max(0.5, 1 - (call.SeqQ - 1) / 2 / call.SeqKv) : 1;
        return new(
            call.Batch * call.Heads, call.SeqQ, call.SeqKv, call.HeadDim,
            4 * call.Batch * call.Heads * call.SeqQ * call.SeqKv * call.HeadDim * visible,
            0, call.Batch * call.HeadDim * 2 * (call.Heads * call.SeqQ + call.KvHeads * call.SeqKv) * size, 1, size);
    }

    private static Work Convolution(KernelCall call, double size)
    {
        var high = Math.Floor((call.Rows + 2 * call.Padding - call.Kernel) / call.Stride) + 1;
        var wide = Math.Floor((call.Columns + 2 * call.Padding - call.Kernel) / call.Stride) + 1;
        var depth = call.K * call.Kernel * call.Kernel;
        return new(
            1, call.Batch * high * wide, call.N, depth,
            2 * call.Batch * high * wide * call.N * depth * call.Pattern.Density.Value,
            Stored(call.Pattern, call.N, depth, size),
            call.Batch * (call.K * call.Rows * call.Columns + call.N * high * wide) * size, 1, size);
    }

    // As SparsityPattern.StoredBytes, without rounding to whole elements.
    private static double Stored(SparsityPattern pattern, double rows, double columns, double size)
    {
        if (pattern is SparsityPattern.Dense)
            return rows * columns * size;
        var kept = rows * columns * pattern.Density.Value;
        return kept * size + pattern switch
        {
            SparsityPattern.NofM nm => kept * Math.Ceiling(Math.Log2(nm.M)) / 8,
            SparsityPattern.Block block => kept / (block.Rows * block.Columns) * IndexBytes,
            SparsityPattern.Unstructured => (kept + rows) * IndexBytes,
            _ => 0,
        };
    }
}
