using SparseProf.Ops.Errors;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Kernels.Cuda.Experts;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>Every kernel of the GPU libraries by name; made without loading a library, which happens when one is asked to compute.</summary>
public static class GpuKernels
{
    public static IReadOnlyList<string> Names { get; } =
        ["cublaslt", "cusparselt", "cusparse.csr", "cusparse.bsr", "cusparse.blocked_ell", "cublaslt.expert_loop", "cublas.grouped", "sparseprof.permute"];

    /// <exception cref="UserErrorException">No kernel has this name.</exception>
    public static IKernel Create(CudaDevice device, string name) => name switch
    {
        "cublaslt" => new CublasLtKernel(device),
        "cusparselt" => new CusparseLtKernel(device),
        "cusparse.csr" => new CusparseKernel(device, CusparseFormat.Csr),
        "cusparse.bsr" => new CusparseKernel(device, CusparseFormat.Bsr),
        "cusparse.blocked_ell" => new CusparseKernel(device, CusparseFormat.BlockedEll),
        "cublaslt.expert_loop" => new ExpertKernel(device, ExpertWay.Loop),
        "cublas.grouped" => new ExpertKernel(device, ExpertWay.Grouped),
        "sparseprof.permute" => new ExpertKernel(device, ExpertWay.Permute),
        _ => throw Suggestion.UnknownName("GPU kernel", name, [.. Names]),
    };
}
