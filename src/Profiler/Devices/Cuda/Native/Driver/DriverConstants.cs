namespace SparseProf.Profiler.Devices.Cuda.Native.Driver;

/// <summary>CUdevice_attribute; the numbers are those of cuda.h 12.4.</summary>
internal enum DeviceAttribute
{
    MaxThreadsPerBlock = 1,
    WarpSize = 10,
    ClockRateKilohertz = 13,
    MultiprocessorCount = 16,
    KernelExecutionTimeout = 17,
    CanMapHostMemory = 19,
    ComputeMode = 20,
    EccEnabled = 32,
    PciBus = 33,
    PciDevice = 34,
    MemoryClockRateKilohertz = 36,
    MemoryBusWidthBits = 37,
    L2CacheBytes = 38,
    PciDomain = 50,
    ComputeCapabilityMajor = 75,
    ComputeCapabilityMinor = 76,
    SharedMemoryPerMultiprocessor = 81,
    SharedMemoryPerBlockOptIn = 97,
}

/// <summary>CUresult values that change what happens next.</summary>
internal static class DriverStatus
{
    public const int Success = 0;
    public const int OutOfMemory = 2;
    public const int StubLibrary = 34;
    public const int DeviceUnavailable = 46;
    public const int NoDevice = 100;
    public const int InvalidDevice = 101;
    public const int NotSupported = 801;

    public static CudaFailure Meaning(int status) => status switch
    {
        OutOfMemory => CudaFailure.OutOfMemory,
        StubLibrary or DeviceUnavailable or NoDevice or InvalidDevice or 3 or 802 or 803 or 804 => CudaFailure.NoDevice,
        NotSupported or 800 or 209 => CudaFailure.NotSupported,
        // 999 says nothing, and is what a GPU that fell off its bus answers: a new process tells whether it is there.
        700 or 702 or 710 or (>= 714 and <= 719) or 999 => CudaFailure.Sticky,
        _ => CudaFailure.Other,
    };
}

internal static class StreamFlags
{
    public const uint NonBlocking = 1;
}

internal static class CaptureMode
{
    public const int Relaxed = 2;
}

internal static class HostAllocFlags
{
    public const uint Portable = 1;
    public const uint DeviceMap = 2;
}

internal static class GraphNodeKind
{
    public const int Kernel = 0;
}
