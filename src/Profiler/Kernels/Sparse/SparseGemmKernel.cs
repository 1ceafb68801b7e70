using SparseProf.Ops;
using SparseProf.Profiler.Kernels.Operands;
using SparseProf.Profiler.Kernels.Simd;
using SparseProf.Profiler.Kernels.Threading;

namespace SparseProf.Profiler.Kernels.Sparse;

/// <summary>Our sparse linear layers as a kernel: CSR, BSR or 2:4 by the pattern of the op.</summary>
public sealed class SparseGemmKernel(SparseFormat format, WorkerTeam team, SimdLevel level) : IKernel
{
    public string Name => $"{format.Name()}.{level.Name()}";

    public string Library => OwnLibrary.Name;

    public string Algorithm => format == SparseFormat.Bsr ? "register-blocked, vectors along outputs" : "token panels, vectors along tokens";

    public string? Misfit(Op op) => op switch
    {
        not Gemm => $"{Name} multiplies matrices only",
        { DType: not DType.Fp32 } => $"{Name} computes in fp32 only",
        Gemm { Batch: > 1 } => $"{Name} has no batches of products",
        Gemm gemm when format.Of(gemm.Pattern) is false => $"{Name} does not store {gemm.Pattern}",
        Gemm gemm => gemm.Pattern.Misfit(gemm.Shape.N, gemm.Shape.K),
    };

    public IPreparedKernel Prepare(Op op, KernelData data)
    {
        if (Misfit(op) is { } misfit)
            throw new NotSupportedException(misfit);
        var gemm = (Gemm)op;
        return new Prepared(gemm, new GemmOperands(gemm, data.Seed), data.Copies, team, level);
    }

    private sealed unsafe class Prepared(Gemm gemm, GemmOperands operands, int copies, WorkerTeam team, SimdLevel level)
        : PreparedSparse<ISparseLinear>(
            copies, gemm.WeightBytes, operands.X, (long)operands.Tokens * operands.Outputs,
            () => SparseLinear.Create(operands.Weights, operands.Outputs, operands.Inputs, gemm.Pattern, operands.Bias, team, level))
    {
        protected override void Run(ISparseLinear layer, float* x, float* y) => layer.Run(x, operands.Tokens, y);

        protected override Correctness Check(ReadOnlySpan<float> y) => operands.Check(y);
    }
}
