using System.Runtime.InteropServices;

namespace SparseProf.Profiler.Devices.Cuda.Native.Nvml;

/// <summary>nvmlReturn_t values that mean something to the caller.</summary>
internal static class NvmlStatus
{
    public const int Success = 0;
    public const int NotSupported = 3;
    public const int NoPermission = 4;
    public const int DriverNotLoaded = 9;
    public const int GpuIsLost = 15;

    public static CudaFailure Meaning(int status) => status switch
    {
        DriverNotLoaded or 12 or 17 or 18 or 6 => CudaFailure.NoDevice,
        NotSupported or NoPermission or 13 or 25 or 26 => CudaFailure.NotSupported,
        GpuIsLost => CudaFailure.Sticky,
        _ => CudaFailure.Other,
    };
}

/// <summary>NVML_FI_DEV_*: values that one call fetches together.</summary>
internal enum NvmlField
{
    /// <summary>ns that the power policy held the clocks down.</summary>
    PowerCapNanoseconds = 74,

    /// <summary>ns that the thermal policy held the clocks down.</summary>
    ThermalCapNanoseconds = 75,
    MemoryTemperature = 82,

    /// <summary>mJ since the driver was loaded.</summary>
    TotalEnergy = 83,

    /// <summary>mW, averaged over 1 s.</summary>
    PowerAverage = 185,

    /// <summary>mW.</summary>
    PowerInstant = 186,
    SoftwareThermalNanoseconds = 269,
    HardwareThermalNanoseconds = 270,
    PowerBrakeNanoseconds = 271,
}

/// <summary>nvmlClockType_t.</summary>
internal enum NvmlClock
{
    Graphics = 0,
    Sm = 1,
    Memory = 2,
}

/// <summary>Bits of nvmlDeviceGetCurrentClocksEventReasons: why the clock is not higher.</summary>
[Flags]
public enum ClockReasons
{
    None = 0,
    GpuIdle = 0x1,
    ApplicationClocks = 0x2,
    SoftwarePowerCap = 0x4,
    HardwareSlowdown = 0x8,
    SyncBoost = 0x10,
    SoftwareThermal = 0x20,
    HardwareThermal = 0x40,
    PowerBrake = 0x80,
    DisplayClocks = 0x100,
}

/// <summary>nvmlFieldValue_t: 40 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NvmlFieldValue
{
    public uint FieldId;
    public uint ScopeId;

    /// <summary>µs since 1970.</summary>
    public long Timestamp;
    public long LatencyMicroseconds;
    public int ValueKind;
    public int Status;
    public ulong Bits;

    /// <summary>The union read as its kind says: double 0, uint 1, ulong 2, ulonglong 3, slonglong 4, sint 5, ushort 6.</summary>
    public readonly double Value => ValueKind switch
    {
        0 => BitConverter.UInt64BitsToDouble(Bits),
        1 => (uint)Bits,
        4 => (long)Bits,
        5 => (int)Bits,
        6 => (ushort)Bits,
        _ => Bits,
    };
}

/// <summary>nvmlProcessInfo_t as the _v3 call fills it: 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NvmlProcess
{
    public uint Pid;
    public ulong UsedBytes;
    public uint GpuInstanceId;
    public uint ComputeInstanceId;
}
