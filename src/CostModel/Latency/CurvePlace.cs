namespace SparseProf.CostModel.Latency;

/// <summary>
/// Where a call lies among others of its kind: on a curve over its number of tokens, the curve at a point of a space of
/// weight sizes. Calls of one curve differ in <see cref="Position"/> alone.
/// </summary>
/// <param name="Position">Tokens, or what stands for them.</param>
/// <param name="Axes">The sizes by which one measures the distance of curves.</param>
/// <param name="Setting">What has to be equal for two curves to be comparable.</param>
internal readonly record struct CurvePlace(double Position, CurvePlace.Sizes Axes, CurvePlace.Sizes Setting)
{
    public const int MostAxes = 4;

    /// <summary>Up to four sizes; 0 where there are fewer.</summary>
    internal readonly record struct Sizes(double A, double B, double C, double D)
    {
        public double this[int axis] => axis switch { 0 => A, 1 => B, 2 => C, _ => D };

        public Sizes Without(int axis) => axis switch
        {
            0 => this with { A = 0 },
            1 => this with { B = 0 },
            2 => this with { C = 0 },
            _ => this with { D = 0 },
        };
    }

    public static CurvePlace Of(KernelCall call) => call.Kind switch
    {
        KernelKind.Gemm => new(call.M, new(call.N, call.K, call.Batch, 0), new(call.Pattern.Density.Value, 0, 0, 0)),
        KernelKind.MoeFfn => new(call.M, new(call.N, call.K, call.Experts, call.TopK), new(call.LoadExponent, call.Pattern.Density.Value, 0, 0)),
        KernelKind.Attention => new(
            call.SeqKv, new(call.Heads, call.KvHeads, call.HeadDim, call.Batch), new(call.Causal ? 1 : 0, call.SeqQ == 1 ? 0 : call.SeqKv / call.SeqQ, 0, 0)),
        KernelKind.Conv2d => new(
            call.Batch, new(call.N, call.K, call.Rows, 0), new(call.Kernel, call.Stride, call.Padding, call.Columns / call.Rows)),
        _ => new(call.Rows, new(call.Columns, 0, 0, 0), new(call.Operands, 0, 0, 0)),
    };
}
