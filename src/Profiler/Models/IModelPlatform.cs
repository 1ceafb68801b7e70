using SparseProf.Ops;
using SparseProf.Profiler.Kernels.Threading;
using SparseProf.Torch;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Modules;

namespace SparseProf.Profiler.Models;

/// <summary>Where a model runs, and which sparse kernels there are.</summary>
public interface IModelPlatform
{
    TorchDevice Device { get; }

    /// <summary>Of weights and activations.</summary>
    DType DType { get; }

    /// <summary>The sparse kernel of a layer, on the memory of its tensors; null where there is none for it.</summary>
    IExecution? Sparse(WeightLayer layer);

    /// <summary>Waits until what was started has finished.</summary>
    void Synchronize();
}

/// <summary>libtorch on the processor, and our own sparse kernels.</summary>
public sealed class CpuPlatform(WorkerTeam team) : IModelPlatform
{
    public TorchDevice Device => TorchDevice.Cpu;

    public DType DType => DType.Fp32;

    public IExecution? Sparse(WeightLayer layer) => SparseExecutions.For(layer, team);

    public void Synchronize()
    {
    }
}
