using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>Dense products by cuBLASLt, the best of up to 32 suggested algorithms: the baseline of every comparison.</summary>
public sealed class CublasLtKernel(CudaDevice device) : IKernel
{
    private const int OldestFp8 = 89;
    private const int OldestTf32 = 80;

    public string Name => "cublaslt";

    public string Library => "cuBLASLt " + device.Context.Toolkit.CublasLt.Identity.Version;

    public string Algorithm => "best of 32 suggested";

    public string? Misfit(Op op) => op switch
    {
        not Gemm => $"{Name} computes gemm, not {op.Kind}",
        Gemm { Batch: > 1 } => $"{Name} measures one product at a time",
        Gemm { DType: DType.Fp8 } when device.Context.Architecture < OldestFp8 => "fp8 needs compute capability 8.9 or later",
        Gemm { DType: DType.Tf32 or DType.Bf16 } when device.Context.Architecture < OldestTf32 => $"{op.DType.Name()} needs compute capability 8.0 or later",
        Gemm { DType: DType.Fp8 } gemm when gemm.Shape.N % 16 != 0 || gemm.Shape.K % 16 != 0 || gemm.Shape.M % 16 != 0 => "fp8 needs sizes that are multiples of 16",
        Gemm { DType: DType.Int8 } gemm when gemm.Shape.N % 4 != 0 || gemm.Shape.K % 4 != 0 => "int8 needs sizes that are multiples of 4",
        _ => null,
    };

    /// <summary>A pattern of the op other than dense prunes the weights and multiplies them all: the masked execution.</summary>
    public IPreparedKernel Prepare(Op op, KernelData data) =>
        Misfit(op) is { } misfit ? throw new NotSupportedException(misfit) : CublasLtGemm.Create(device, (Gemm)op, data);
}
