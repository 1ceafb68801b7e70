using System.Diagnostics;
using SparseProf.Ops;
using SparseProf.Ops.Units;
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

    /// <summary>The device's time for one call; on a GPU without what the host takes to start it.</summary>
    Seconds Time(Action call);
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

    public Seconds Time(Action call) => HostTime(call);

    internal static Seconds HostTime(Action call)
    {
        var start = Stopwatch.GetTimestamp();
        call();
        return new Seconds(Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
