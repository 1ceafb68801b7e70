using SparseProf.Ops.Errors;
using SparseProf.Profiler.Devices.Cuda.Native;

namespace SparseProf.Profiler.Devices.Cuda;

/// <summary>The GPUs that the driver shows, without making a context on any.</summary>
public static class CudaDevices
{
    /// <exception cref="Ops.Errors.UserErrorException">There is no driver, or it refuses to start.</exception>
    public static IReadOnlyList<DeviceIdentity> List() => List(CudaToolkit.OfThisMachine());

    /// <summary>Whether there is a GPU with a working driver.</summary>
    public static bool Any()
    {
        try
        {
            return List().Count > 0;
        }
        catch (UserErrorException)
        {
            return false;
        }
    }

    internal static IReadOnlyList<DeviceIdentity> List(CudaToolkit toolkit)
    {
        toolkit.Driver.Initialize();
        return [.. Enumerable.Range(0, toolkit.Driver.DeviceCount()).Select(index => Identify(toolkit, index))];
    }

    private static DeviceIdentity Identify(CudaToolkit toolkit, int index)
    {
        using var monitor = GpuMonitor.TryOpen(toolkit, toolkit.Driver.PciBusId(toolkit.Driver.Device(index)), out var missingBecause);
        return CudaIdentity.Read(toolkit.Driver, index, monitor, missingBecause);
    }
}
