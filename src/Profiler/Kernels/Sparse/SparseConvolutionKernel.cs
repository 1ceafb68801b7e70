using SparseProf.Ops;
using SparseProf.Profiler.Kernels.Convolution;
using SparseProf.Profiler.Kernels.Operands;
using SparseProf.Profiler.Kernels.Simd;
using SparseProf.Profiler.Kernels.Threading;

namespace SparseProf.Profiler.Kernels.Sparse;

/// <summary>Our sparse convolution as a kernel.</summary>
public sealed class SparseConvolutionKernel(WorkerTeam team, SimdLevel level) : IKernel
{
    public string Name => $"im2col.{level.Name()}";

    public string Library => OwnLibrary.Name;

    public string Algorithm => "im2col panels in cache, vectors along positions";

    public string? Misfit(Op op) => op switch
    {
        not Conv2d => $"{Name} convolves only",
        { DType: not DType.Fp32 } => $"{Name} computes in fp32 only",
        Conv2d { Pattern: SparsityPattern.Dense } => $"{Name} needs sparse weights",
        Conv2d { Pattern: SparsityPattern.NofM and not { N: 2, M: 4 } } => $"{Name} knows 2:4 only of N:M",
        Conv2d convolution => convolution.Pattern.Misfit(convolution.AsGemm.N, convolution.AsGemm.K),
    };

    public IPreparedKernel Prepare(Op op, KernelData data)
    {
        if (Misfit(op) is { } misfit)
            throw new NotSupportedException(misfit);
        var convolution = (Conv2d)op;
        return new Prepared(convolution, new ConvolutionOperands(convolution, data.Seed), data.Copies, team, level);
    }

    private sealed unsafe class Prepared(Conv2d convolution, ConvolutionOperands operands, int copies, WorkerTeam team, SimdLevel level)
        : PreparedSparse<SparseConvolution>(
            copies, convolution.WeightBytes, operands.X, operands.ResultFloats,
            () => new SparseConvolution(operands.Weights, operands.Shape, convolution.Pattern, operands.Bias, team, level))
    {
        protected override void Run(SparseConvolution layer, float* x, float* y) =>
            layer.Run(x, operands.Batch, operands.Height, operands.Width, y);

        protected override Correctness Check(ReadOnlySpan<float> y) => operands.Check(y);
    }
}
