using SparseProf.Profiler.Devices.Cuda.Native;

namespace SparseProf.Profiler.Devices.Cuda;

/// <summary>Watches a GPU through NVML from a process that makes no context on it.</summary>
public sealed class GpuWatcher : IDisposable
{
    private readonly GpuMonitor? _monitor;

    public GpuWatcher(int gpu)
    {
        var toolkit = CudaToolkit.OfThisMachine();
        toolkit.Driver.Initialize();
        _monitor = GpuMonitor.TryOpen(toolkit, toolkit.Driver.PciBusId(toolkit.Driver.Device(gpu)), out _);
    }

    /// <summary>Starts to watch; sees nothing where NVML does not answer.</summary>
    public IDeviceWatch Watch() => _monitor is null ? new BlindWatch() : new CudaWatch(_monitor);

    public void Dispose() => _monitor?.Dispose();
}

/// <summary>Stands where NVML does not answer.</summary>
internal sealed class BlindWatch : IDeviceWatch
{
    public DeviceConditions Stop() => DeviceConditions.Unknown;

    public void Dispose()
    {
    }
}
