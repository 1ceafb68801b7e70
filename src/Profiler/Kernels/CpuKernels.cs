using SparseProf.Ops;
using SparseProf.Profiler.Kernels.Dense;
using SparseProf.Profiler.Kernels.Simd;
using SparseProf.Profiler.Kernels.Sparse;
using SparseProf.Profiler.Kernels.Threading;

namespace SparseProf.Profiler.Kernels;

/// <summary>Every kernel that runs on the processor.</summary>
public static class CpuKernels
{
    /// <summary>libtorch's dense kernels; asking one of them for anything loads libtorch.</summary>
    public static IReadOnlyList<IKernel> Dense { get; } =
    [
        new TorchLinearKernel(), new OneDnnLinearKernel(), new OneDnnPointwiseLinearKernel(),
        new TorchConvolutionKernel(oneDnn: false), new TorchConvolutionKernel(oneDnn: true), new TorchRowKernel(),
    ];

    /// <summary>Our sparse kernels, on that team of threads.</summary>
    public static IReadOnlyList<IKernel> Sparse(WorkerTeam team, SimdLevel? level = null)
    {
        var simd = level ?? SimdLevels.Current;
        return [.. Enum.GetValues<SparseFormat>().Select(format => new SparseGemmKernel(format, team, simd)), new SparseConvolutionKernel(team, simd)];
    }

    /// <summary>The kernels that can compute an op.</summary>
    public static IReadOnlyList<IKernel> For(this IEnumerable<IKernel> kernels, Op op) => [.. kernels.Where(kernel => kernel.Misfit(op) is null)];
}
