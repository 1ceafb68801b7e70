using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Experiment;
using SparseProf.Profiler.Workers.Calibration;

namespace SparseProf.Profiler.Workers;

/// <summary>What a GPU run measures, most informative first, so that a run cut short has answered the most.</summary>
public static class GpuSuite
{
    /// <summary>
    /// The power meter, and a square product whose time is known: if it is wrong, so is the harness. On random numbers and
    /// on zeros, dense, dense on the pruned matrix (is it the zeros or the kernel?) and 2:4; at full clock, then sustained
    /// with energy.
    /// </summary>
    public static IEnumerable<GpuJob> Sentinel(Bytes memory, bool quick)
    {
        yield return Rest(quick) with { Kernel = PowerMeterJob.Kernel };
        foreach (var job in GpuKernelCases.Square(DType.Bf16, memory, quick, zeros: true))
            yield return job;
    }

    /// <summary>The board at rest again, to be measured last: whether the figure to subtract from energies has moved.</summary>
    public static GpuJob Rest(bool quick) => new() { Kernel = PowerMeterJob.RestKernel, M = 0, N = 0, K = 0, Dtype = DType.Fp32.Name(), Quick = quick };

    /// <param name="options">The suite, its models and how closely to measure.</param>
    /// <param name="models">Element type of the models.</param>
    /// <param name="memory">Of the GPU: on a small one the squares are smaller.</param>
    /// <param name="loads">How a trained router was seen to load its experts; null where none is known.</param>
    public static IEnumerable<GpuJob> Jobs(SuiteOptions options, DType models, Bytes memory, ExpertLoad? loads = null)
    {
        var kernels = options.Suite is "kernels" || (options.Suite is "all" && options.Workloads.Count == 0);
        var paper = options.Suite is "paper" or "all" ? GpuModels.Jobs(options, models).ToList() : [];
        var first = GpuModels.MostInformative(paper);
        if (!kernels)
            return [.. first, .. paper.Except(first)];
        var quick = options.Quick;
        return
        [
            .. first,
            .. GpuKernelCases.Unstructured(DType.Bf16, quick),
            .. GpuKernelCases.UnstructuredOfFewTokens(DType.Bf16, quick),
            .. GpuKernelCases.Layers(DType.Bf16, quick),
            .. GpuKernelCases.Square(DType.Fp8, memory, quick),
            .. GpuKernelCases.Square(DType.Int8, memory, quick),
            .. paper.Except(first),
            .. GpuKernelCases.Mixtures(quick, loads),
            .. GpuKernelCases.Caches(quick),
            .. quick ? [] : GpuKernelCases.MoreLayers(DType.Bf16),
            .. GpuKernelCases.Square(DType.Tf32, memory, quick),
            .. quick ? [] : new[] { DType.Fp8, DType.Int8, DType.Tf32 }.SelectMany(dtype => GpuKernelCases.Layers(dtype, quick: true)),
            .. quick ? [] : GpuKernelCases.Unstructured(DType.Fp32, quick: true).Concat(GpuKernelCases.Unstructured(DType.Fp16, quick: true)).Where(job => job.Regime == Regime.Burst),
            .. GpuKernelCases.SinglePrecision(quick),
            // Last, in a process of its own: known to end in an illegal instruction on some GPUs.
            .. GpuKernelCases.Square(DType.Fp16, memory, quick),
        ];
    }
}
