using SparseProf.Ops.Errors;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.Driver;

namespace SparseProf.Profiler.Devices.Cuda;

/// <summary>The primary context of one GPU and the stream that everything runs on. Lives on the CUDA thread.</summary>
internal sealed class CudaContext : IDisposable
{
    public CudaContext(CudaToolkit toolkit, int index)
    {
        Toolkit = toolkit;
        Driver = toolkit.Driver;
        Driver.Initialize();
        var count = Driver.DeviceCount();
        if (index < 0 || index >= count)
        {
            throw new UserErrorException(ErrorKind.Missing, $"there is no GPU {index}")
            {
                Allowed = count == 0 ? "this machine has no usable GPU" : $"0 to {count - 1}",
                Next = "'sparseprof devices' lists what there is",
            };
        }

        Index = index;
        Device = Driver.Device(index);
        Context = Retain();
        Driver.SetCurrentContext(Context);
        Stream = Driver.CreateStream();
        Architecture = 10 * Attribute(DeviceAttribute.ComputeCapabilityMajor) + Attribute(DeviceAttribute.ComputeCapabilityMinor);
        Multiprocessors = Attribute(DeviceAttribute.MultiprocessorCount);
        L2Bytes = (ulong)Attribute(DeviceAttribute.L2CacheBytes);
    }

    public CudaToolkit Toolkit { get; }

    public CudaDriver Driver { get; }

    public int Index { get; }

    public int Device { get; }

    public nint Stream { get; }

    /// <summary>Compute capability without the dot: 90.</summary>
    public int Architecture { get; }

    public int Multiprocessors { get; }

    public ulong L2Bytes { get; }

    private nint Context { get; }

    public int Attribute(DeviceAttribute attribute) => Driver.Attribute(Device, attribute);

    public CudaBuffer Allocate(ulong bytes) => new(Driver, bytes);

    public void Synchronize() => Driver.Synchronize(Stream);

    private nint Retain()
    {
        try
        {
            return Driver.RetainPrimaryContext(Device);
        }
        catch (CudaCallException error) when (error.Status == DriverStatus.DeviceUnavailable)
        {
            throw new UserErrorException(ErrorKind.Missing, $"GPU {Index} is used exclusively by another process ({error.Message})", error)
            {
                Next = "wait until it ends ('nvidia-smi' shows it), or choose another GPU with --gpu; each library needs a process of its own, so the compute mode must let in several ('nvidia-smi -c DEFAULT')",
            };
        }
    }

    // A broken context refuses to be taken down; the process ends soon after.
    public void Dispose()
    {
        try
        {
            Driver.DestroyStream(Stream);
            Driver.ReleasePrimaryContext(Device);
        }
        catch (CudaCallException error) when (error.Failure == CudaFailure.Sticky)
        {
        }
    }
}
