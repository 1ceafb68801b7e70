using SparseProf.Ops.Errors;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.Nvml;

namespace SparseProf.Profiler.Devices.Cuda;

/// <summary>NVML's view of the GPU that the driver calls by a PCI address; indices of the two need not agree.</summary>
internal sealed class GpuMonitor : IDisposable
{
    private GpuMonitor(NvmlLibrary nvml, nint device)
    {
        Nvml = nvml;
        Device = device;
    }

    public NvmlLibrary Nvml { get; }

    public nint Device { get; }

    /// <summary>Null with the reason where NVML is missing or refuses the GPU: power and clocks are then unknown, times are not.</summary>
    public static GpuMonitor? TryOpen(CudaToolkit toolkit, string pciBusId, out string? missingBecause)
    {
        try
        {
            toolkit.Nvml.Initialize();
            missingBecause = null;
            return new GpuMonitor(toolkit.Nvml, toolkit.Nvml.Device(pciBusId));
        }
        catch (UserErrorException error)
        {
            missingBecause = error.Message;
            return null;
        }
    }

    public void Dispose() => Nvml.Shutdown();
}
