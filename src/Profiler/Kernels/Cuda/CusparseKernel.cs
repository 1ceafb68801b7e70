using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>Products with weights in CSR, BSR or Blocked-ELL by cuSPARSE, the best of the format's algorithms.</summary>
public sealed class CusparseKernel(CudaDevice device, CusparseFormat format) : IKernel
{
    public string Name => format switch
    {
        CusparseFormat.Csr => "cusparse.csr",
        CusparseFormat.Bsr => "cusparse.bsr",
        _ => "cusparse.blocked_ell",
    };

    public string Library => "cuSPARSE " + device.Context.Toolkit.Cusparse.Identity.Version;

    public string Algorithm => "best of the format's algorithms";

    public string? Misfit(Op op) => op switch
    {
        not Gemm { Batch: 1 } => $"{Name} computes one gemm at a time",
        _ when !Computes(op.DType) => $"{Name} computes {(format == CusparseFormat.BlockedEll ? "tf32" : "fp32")}, fp16 and bf16, not {op.DType.Name()}",
        Gemm gemm when format == CusparseFormat.Csr && gemm.Pattern is not SparsityPattern.Unstructured => $"{Name} computes unstructured weights, not {gemm.Pattern}",
        Gemm gemm when format != CusparseFormat.Csr && gemm.Pattern is not SparsityPattern.Block => $"{Name} computes blocks, not {gemm.Pattern}",
        Gemm { Pattern: SparsityPattern.Block block } when block.Rows != block.Columns => $"{Name} computes square blocks, not {block}",
        Gemm gemm when gemm.Pattern.Misfit(gemm.Shape.N, gemm.Shape.K) is { } misfit => misfit,
        _ => null,
    };

    // Blocked-ELL is computed on tensor cores, which round 32-bit operands to tf32.
    private bool Computes(DType dtype) =>
        dtype is DType.Fp16 or DType.Bf16 || dtype == (format == CusparseFormat.BlockedEll ? DType.Tf32 : DType.Fp32);

    public IPreparedKernel Prepare(Op op, KernelData data) =>
        Misfit(op) is { } misfit ? throw new NotSupportedException(misfit) : CusparseGemm.Create(device, format, (Gemm)op, data);
}

public enum CusparseFormat
{
    Csr,
    Bsr,
    BlockedEll,
}
