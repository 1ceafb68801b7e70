using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Models;
using SparseProf.Torch;

namespace SparseProf.Profiler.Workers;

/// <summary>Models on a GPU. Executions of one model share its weights, so it stays until another is asked for.</summary>
/// <param name="announce">Hears which kind of candidate a search tries next; null when it is over.</param>
internal sealed class CudaModels(CudaDevice device, Action<string?> announce) : IDisposable
{
    private (GpuJob Key, PreparedModel Model, DeviceMemoryPeak? Peak)? _current;
    private bool _cached;
    private int _users;

    /// <exception cref="NotSupportedException">libtorch sees no GPU, or the result is wrong.</exception>
    public GpuCase Prepare(GpuJob job)
    {
        var model = ModelOf(job);
        var execution = ModelExecution.Parse(job.Kernel);
        if (!model.Executions.Contains(execution))
            throw new NotSupportedException($"{job.Workload} has no {execution.Kernel} execution");
        var (correctness, weights) = device.Invoke(() => (model.Verify(execution), model.WeightBytes(execution)));
        var measured = ModelCase.Of(model.Workload, execution, DTypes.Parse(job.Dtype), job.Mode, job.Seed) with
        {
            Regime = job.Regime,
            LibraryVersion = TorchLibrary.Loaded.Version,
            Algorithm = string.Join(' ', model.Choices.Where(choice => choice.Execution == execution).GroupBy(choice => choice.Kernel).Select(group => $"{group.Key}={group.Count()}")),
            WeightBytes = weights.Value,
            Verified = correctness.Passed,
            MaxRelError = correctness.MaxRelativeError,
            Tolerance = correctness.Tolerance,
        };
        _users++;
        // Executions share the model: its memory is that of all of them.
        return new GpuCase(device, measured, new Pass(device, model, execution, weights), null, device.Invoke(() => _current!.Value.Peak?.Value), () => _users--);
    }

    public void Dispose() => Drop();

    private PreparedModel ModelOf(GpuJob job)
    {
        var key = job with { Kernel = "", Mode = TimingMode.Hot, Regime = Regime.Burst, Energy = false, Group = null, Probe = false, Without = "" };
        if (_current is { } current && current.Key == key)
            return current.Model;
        if (_users == 0)
            Drop();
        var torch = RequireCuda();
        var platform = new CudaPlatform(device, torch, DTypes.Parse(job.Dtype), job.Trials(announce));
        // libtorch keeps the memory of a model for the next one, whose need is then not seen.
        var peak = _cached ? null : device.Invoke(() => new DeviceMemoryPeak(device.Context.Driver));
        _cached = true;
        var model = device.Invoke(() => new PreparedModel(ModelWorkload.Of(job.Workload!, job.Pattern, job.M), job.Seed, platform));
        _current = (key, model, peak);
        return model;
    }

    private void Drop()
    {
        if (_current is { } current)
            device.Invoke(current.Model.Dispose);
        _current = null;
    }

    // From here on libtorch's kernels queue on the profiler's stream, and the profiler's events and graphs see them.
    private TorchDevice RequireCuda()
    {
        _ = TorchLibrary.Loaded;
        if (TorchRuntime.CudaDevices <= device.Identity.Index)
        {
            throw new NotSupportedException(
                $"libtorch {TorchLibrary.Loaded.Version} at {TorchLibrary.Loaded.Path} sees no GPU {device.Identity.Index}: models need a libtorch with CUDA (pip install torch) and the shim compiled against it ('make native', or scripts/gpu-acceptance.sh; SPARSEPROF_TORCH_SHIM names one)");
        }

        device.Invoke(() => TorchRuntime.UseStream(device.Identity.Index, device.Context.Stream));
        return TorchDevice.Cuda(device.Identity.Index);
    }

    private sealed class Pass(CudaDevice device, PreparedModel model, ModelExecution execution, Bytes weights) : ITimedWork
    {
        public int Copies => 1;

        public Bytes BytesPerCopy => weights;

        public bool HostBound => true;

        public void Run(int copy)
        {
            if (device.OwnsThisThread)
                model.Run(execution);
            else
                device.Invoke(() => model.Run(execution));
        }
    }
}
