using System.Runtime.InteropServices;

namespace SparseProf.Profiler.Devices.Cuda.Native.Nvml;

/// <summary>Queries that a virtual machine, MIG or an older driver may refuse: null then.</summary>
internal sealed unsafe partial class NvmlLibrary
{
    public string? TryVbios(nint device) => TryText(device, "nvmlDeviceGetVbiosVersion");

    /// <summary>MHz.</summary>
    public uint? TryClock(nint device, NvmlClock clock) => TryUInt(device, (int)clock, "nvmlDeviceGetClockInfo");

    /// <summary>MHz.</summary>
    public uint? TryMaxClock(nint device, NvmlClock clock) => TryUInt(device, (int)clock, "nvmlDeviceGetMaxClockInfo");

    /// <summary>°C of the GPU die.</summary>
    public uint? TryTemperature(nint device) => TryUInt(device, 0, "nvmlDeviceGetTemperature") ?? TryTemperatureV(device);

    /// <summary>mW; on most GPUs averaged over 1 s.</summary>
    public uint? TryPowerUsage(nint device) => TryUInt(device, "nvmlDeviceGetPowerUsage");

    /// <summary>mW.</summary>
    public uint? TryEnforcedPowerLimit(nint device) => TryUInt(device, "nvmlDeviceGetEnforcedPowerLimit");

    /// <summary>mW.</summary>
    public uint? TryDefaultPowerLimit(nint device) => TryUInt(device, "nvmlDeviceGetPowerManagementDefaultLimit");

    /// <summary>mW that the limit may be set to.</summary>
    public (uint Least, uint Most)? TryPowerLimitRange(nint device) => TryTwo(device, "nvmlDeviceGetPowerManagementLimitConstraints");

    /// <summary>Percent of the time that kernels ran, lately. nvmlUtilization_t is two 32-bit words.</summary>
    public uint? TryUtilization(nint device)
    {
        var rates = stackalloc uint[2];
        var function = _library.Optional("nvmlDeviceGetUtilizationRates");
        return function != 0 && ((delegate* unmanaged[Cdecl]<nint, uint*, int>)function)(device, rates) == NvmlStatus.Success ? rates[0] : null;
    }

    public bool? TryPersistenceMode(nint device) => TryUInt(device, "nvmlDeviceGetPersistenceMode") is { } mode ? mode != 0 : null;

    public uint? TryPcieGeneration(nint device) => TryUInt(device, "nvmlDeviceGetCurrPcieLinkGeneration");

    public uint? TryPcieWidth(nint device) => TryUInt(device, "nvmlDeviceGetCurrPcieLinkWidth");

    public bool? TryMigMode(nint device) => TryTwo(device, "nvmlDeviceGetMigMode") is { } mode ? mode.First != 0 : null;

    /// <summary>mJ since the driver was loaded.</summary>
    public ulong? TryTotalEnergy(nint device) => TryULong(device, "nvmlDeviceGetTotalEnergyConsumption");

    public ClockReasons? TryClockReasons(nint device) =>
        TryULong(device, "nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetCurrentClocksThrottleReasons") is { } bits ? (ClockReasons)bits : null;

    /// <summary>Process ids that compute on the device; null where the query is refused.</summary>
    public IReadOnlyList<uint>? TryComputeProcesses(nint device)
    {
        var function = _library.Optional("nvmlDeviceGetComputeRunningProcesses_v3");
        if (function == 0)
            return null;
        var processes = new NvmlProcess[64];
        var count = (uint)processes.Length;
        fixed (NvmlProcess* pointer = processes)
        {
            var status = ((delegate* unmanaged[Cdecl]<nint, uint*, NvmlProcess*, int>)function)(device, &count, pointer);
            return status == NvmlStatus.Success ? [.. processes.Take((int)count).Select(process => process.Pid)] : null;
        }
    }

    // nvmlTemperature_t version 1: version, sensor, temperature.
    private uint? TryTemperatureV(nint device)
    {
        var function = _library.Optional("nvmlDeviceGetTemperatureV");
        var block = stackalloc int[3];
        block[0] = 12 | (1 << 24);
        return function != 0 && ((delegate* unmanaged[Cdecl]<nint, int*, int>)function)(device, block) == NvmlStatus.Success ? (uint)block[2] : null;
    }

    private string? TryText(nint device, string symbol)
    {
        var function = _library.Optional(symbol);
        var buffer = stackalloc byte[96];
        return function != 0 && ((delegate* unmanaged[Cdecl]<nint, byte*, uint, int>)function)(device, buffer, 96) == NvmlStatus.Success
            ? Marshal.PtrToStringUTF8((nint)buffer)
            : null;
    }

    private uint? TryUInt(nint device, string symbol)
    {
        uint value;
        var function = _library.Optional(symbol);
        return function != 0 && ((delegate* unmanaged[Cdecl]<nint, uint*, int>)function)(device, &value) == NvmlStatus.Success ? value : null;
    }

    private uint? TryUInt(nint device, int selector, string symbol)
    {
        uint value;
        var function = _library.Optional(symbol);
        return function != 0 && ((delegate* unmanaged[Cdecl]<nint, int, uint*, int>)function)(device, selector, &value) == NvmlStatus.Success ? value : null;
    }

    private (uint First, uint Second)? TryTwo(nint device, string symbol)
    {
        uint first;
        uint second;
        var function = _library.Optional(symbol);
        return function != 0 && ((delegate* unmanaged[Cdecl]<nint, uint*, uint*, int>)function)(device, &first, &second) == NvmlStatus.Success ? (first, second) : null;
    }

    private ulong? TryULong(nint device, params ReadOnlySpan<string> symbols)
    {
        ulong value;
        var function = _library.Optional(symbols);
        return function != 0 && ((delegate* unmanaged[Cdecl]<nint, ulong*, int>)function)(device, &value) == NvmlStatus.Success ? value : null;
    }
}
