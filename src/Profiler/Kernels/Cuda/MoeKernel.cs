using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>
/// The products of a mixture's experts, evenly loaded: as a loop of cuBLASLt products, or as one grouped launch of cuBLAS.
/// Routing, gathering and the activation are not part of it.
/// </summary>
public sealed class MoeKernel(CudaDevice device, bool grouped) : IKernel
{
    public string Name => grouped ? "cublas.grouped" : "cublaslt.expert_loop";

    public string Library => grouped
        ? "cuBLAS " + device.Context.Toolkit.Cublas.Identity.Version
        : "cuBLASLt " + device.Context.Toolkit.CublasLt.Identity.Version;

    public string Algorithm => grouped ? "library's choice" : "best of 32 suggested, the same for every expert";

    public string? Misfit(Op op) => op switch
    {
        not MoeFfn => $"{Name} computes moe_ffn, not {op.Kind}",
        MoeFfn { Pattern: not SparsityPattern.Dense } => $"{Name} computes dense experts",
        MoeFfn { Matrices: not 2 } => $"{Name} computes experts of two matrices",
        { DType: not (DType.Bf16 or DType.Fp16 or DType.Fp32) } => $"{Name} computes fp32, fp16 and bf16, not {op.DType.Name()}",
        _ when grouped && !device.Context.Toolkit.Cublas.HasGroupedGemm => "grouped products need cuBLAS 12.5 or later",
        MoeFfn moe when moe.Tokens * moe.Routing.TopK % moe.Routing.Experts != 0 => "even loads need tokens × top-k to be a multiple of the experts",
        _ => null,
    };

    public IPreparedKernel Prepare(Op op, KernelData data) =>
        Misfit(op) is { } misfit ? throw new NotSupportedException(misfit) : MoeProducts.Create(device, (MoeFfn)op, data, grouped);
}
