using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;

namespace SparseProf.Profiler.Kernels.Cuda.Experts;

/// <summary>
/// A layer of experts under any load, gathering and combining of the tokens included: the products as a loop of cuBLASLt
/// or as grouped launches of cuBLAS, or gathering and combining alone. Router and activation are not part of it.
/// </summary>
public sealed class ExpertKernel(CudaDevice device, ExpertWay way) : IKernel
{
    private const double Word = 16;
    private const long AnyWidth = 128;

    public string Name => way switch
    {
        ExpertWay.Grouped => "cublas.grouped",
        ExpertWay.Loop => "cublaslt.expert_loop",
        _ => "sparseprof.permute",
    };

    public string Library => way switch
    {
        ExpertWay.Grouped => "cuBLAS " + device.Context.Toolkit.Cublas.Identity.Version,
        ExpertWay.Loop => "cuBLASLt " + device.Context.Toolkit.CublasLt.Identity.Version,
        _ => "SparseProf",
    };

    public string Algorithm => way switch
    {
        ExpertWay.Grouped => "library's choice",
        ExpertWay.Loop => "best of 32 suggested for each number of tokens",
        _ => "rows of 16-byte words",
    };

    public string? Misfit(Op op) => (way, op) switch
    {
        (ExpertWay.Permute, TokenPermutation { Routing.Experts: > 1 } permutation) => MisfitOf(permutation.DType, permutation.Width),
        (ExpertWay.Permute, _) => $"{Name} permutes the tokens of two experts or more, and does not compute {op.Kind}",
        (_, MoeFfn layer) => MisfitOf(layer),
        _ => $"{Name} computes moe_ffn, not {op.Kind}",
    };

    public IPreparedKernel Prepare(Op op, KernelData data) => Misfit(op) is { } misfit ? throw new NotSupportedException(misfit) : ExpertLayer.Create(device, LayerOf(op), data, way switch
    {
        ExpertWay.Grouped => (context, operands) => new GroupedExperts(context, operands),
        ExpertWay.Loop => (context, operands) => new ExpertLoop(context, operands),
        _ => null,
    });

    // Without products the experts' width does not matter.
    private static MoeFfn LayerOf(Op op) => op is TokenPermutation permutation
        ? new MoeFfn(permutation.Tokens, permutation.Width, AnyWidth, permutation.Routing, op.DType, SparsityPattern.Dense.Instance) { Load = permutation.Load }
        : (MoeFfn)op;

    private string? MisfitOf(MoeFfn layer) => layer switch
    {
        { Pattern: not SparsityPattern.Dense } => $"{Name} computes dense experts",
        { Matrices: not 2 } => $"{Name} computes experts of two matrices",
        _ when way == ExpertWay.Grouped && !device.Context.Toolkit.Cublas.HasGroupedGemm => "grouped products need cuBLAS 12.5 or later",
        _ => MisfitOf(layer.DType, layer.Width) ?? MisfitOf(layer.DType, layer.ExpertWidth),
    };

    private string? MisfitOf(DType dtype, long width) =>
        dtype is not (DType.Bf16 or DType.Fp16 or DType.Fp32) ? $"{Name} computes fp32, fp16 and bf16, not {dtype.Name()}"
        : width * dtype.Size().Value % Word != 0 ? $"a row of {width} {dtype.Name()} is not a multiple of {Word} bytes"
        : null;
}

public enum ExpertWay
{
    Loop,
    Grouped,

    /// <summary>Gathering and combining, without a product.</summary>
    Permute,
}
