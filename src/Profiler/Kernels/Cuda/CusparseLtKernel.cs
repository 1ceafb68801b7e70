using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>
/// 2:4 products on sparse tensor cores by cuSPARSELt, the best of all algorithms and split-K settings; 1:2 in tf32, as the
/// library's documentation of cusparseLtSparsity_t has it.
/// </summary>
public sealed class CusparseLtKernel(CudaDevice device) : IKernel
{
    private const int OldestSparseTensorCores = 80;
    private const int OldestFp8 = 89;

    public string Name => "cusparselt";

    public string Library => "cuSPARSELt " + device.Context.Toolkit.CusparseLt.Identity.Version;

    public string Algorithm => "best of all ids and split-K settings";

    public string? Misfit(Op op) => op switch
    {
        not Gemm { Batch: 1 } => $"{Name} computes one gemm at a time",
        { DType: DType.Fp32 } => "sparse tensor cores have tf32 and not fp32",
        Gemm gemm when gemm.Pattern != SparsityPattern.OfSparseTensorCores(gemm.DType) => $"{Name} computes {SparsityPattern.OfSparseTensorCores(gemm.DType)} weights in {gemm.DType.Name()}, not {gemm.Pattern}",
        { DType: DType.Fp8 } when device.Context.Architecture < OldestFp8 => "fp8 needs compute capability 8.9 or later",
        _ when device.Context.Architecture < OldestSparseTensorCores => "2:4 needs compute capability 8.0 or later",
        Gemm gemm when SizeMisfit(gemm.Shape, gemm.DType) is { } sizes => sizes,
        _ => null,
    };

    public IPreparedKernel Prepare(Op op, KernelData data) =>
        Misfit(op) is { } misfit ? throw new NotSupportedException(misfit) : CusparseLtGemm.Create(device, (Gemm)op, data);

    /// <summary>Sides of the 2:4 operand are multiples of 32 bytes' worth of elements, of the dense ones of 16.</summary>
    internal static string? SizeMisfit(GemmShape shape, DType dtype)
    {
        var structured = 32 / (long)dtype.Size().Value;
        var dense = 16 / (long)dtype.Size().Value;
        return shape.N % structured != 0 || shape.K % structured != 0
            ? $"{dtype.Name()} weights need sides that are multiples of {structured}"
            : shape.M % dense != 0 ? $"{dtype.Name()} needs a number of tokens that is a multiple of {dense}" : null;
    }
}
