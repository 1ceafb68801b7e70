using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.Driver;
using SparseProf.Profiler.Devices.Cuda.Native.Nvml;

namespace SparseProf.Profiler.Devices.Cuda;

/// <summary>What a GPU and its driver say of themselves; the UUID is stored as a hash.</summary>
internal static class CudaIdentity
{
    /// <param name="monitor">Null where NVML does not answer, which <paramref name="missingBecause"/> then explains.</param>
    public static DeviceIdentity Read(CudaDriver driver, int index, GpuMonitor? monitor, string? missingBecause)
    {
        var device = driver.Device(index);
        var architecture = $"sm_{driver.Attribute(device, DeviceAttribute.ComputeCapabilityMajor)}{driver.Attribute(device, DeviceAttribute.ComputeCapabilityMinor)}";
        return new DeviceIdentity
        {
            Kind = "cuda",
            Index = index,
            Name = driver.DeviceName(device),
            Key = "cuda-" + Hash(driver.DeviceUuid(device)),
            Driver = monitor?.Nvml.DriverVersion() ?? driver.Identity.Version,
            Architecture = architecture,
            Units = driver.Attribute(device, DeviceAttribute.MultiprocessorCount),
            Memory = new Bytes(driver.TotalMemory(device)),
            LastLevelCache = new Bytes(driver.Attribute(device, DeviceAttribute.L2CacheBytes)),
            MaxClock = MaxClock(driver, device, monitor),
            Facts = Facts(driver, device, monitor, missingBecause),
        };
    }

    private static Hertz? MaxClock(CudaDriver driver, int device, GpuMonitor? monitor)
    {
        if (monitor?.Nvml.TryMaxClock(monitor.Device, NvmlClock.Sm) is { } megahertz)
            return new Hertz(megahertz * 1e6);
        var kilohertz = driver.Attribute(device, DeviceAttribute.ClockRateKilohertz);
        return kilohertz > 0 ? new Hertz(kilohertz * 1e3) : null;
    }

    private static SortedDictionary<string, string> Facts(CudaDriver driver, int device, GpuMonitor? monitor, string? missingBecause)
    {
        var facts = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["cuda_driver_api"] = driver.Identity.Version,
            ["pci_bus_id"] = driver.PciBusId(device),
            ["ecc"] = driver.Attribute(device, DeviceAttribute.EccEnabled) != 0 ? "on" : "off",
            ["compute_mode"] = driver.Attribute(device, DeviceAttribute.ComputeMode) switch { 0 => "shared", 2 => "prohibited", _ => "exclusive" },
            ["memory_bus_bits"] = driver.Attribute(device, DeviceAttribute.MemoryBusWidthBits).ToString(CultureInfo.InvariantCulture),
        };
        if (monitor is null)
        {
            facts["nvml"] = missingBecause ?? "not available";
            return facts;
        }

        var (nvml, handle) = (monitor.Nvml, monitor.Device);
        Add("vbios", nvml.TryVbios(handle));
        Add("mig", nvml.TryMigMode(handle) is { } mig ? (mig ? "on" : "off") : null);
        Add("persistence", nvml.TryPersistenceMode(handle) is { } persistence ? (persistence ? "on" : "off") : null);
        Add("power_limit_w", Thousandth(nvml.TryEnforcedPowerLimit(handle)));
        Add("power_limit_default_w", Thousandth(nvml.TryDefaultPowerLimit(handle)));
        Add("power_limit_range_w", nvml.TryPowerLimitRange(handle) is { } range ? $"{Thousandth(range.Least)} to {Thousandth(range.Most)}" : null);
        Add("utilization_percent", nvml.TryUtilization(handle)?.ToString(CultureInfo.InvariantCulture));
        Add("max_memory_clock_hz", nvml.TryMaxClock(handle, NvmlClock.Memory) is { } clock ? $"{clock}000000" : null);
        Add("pcie", nvml.TryPcieGeneration(handle) is { } generation ? $"gen{generation} x{nvml.TryPcieWidth(handle)}" : null);
        Add("other_processes", nvml.TryComputeProcesses(handle)?.Count(pid => pid != Environment.ProcessId).ToString(CultureInfo.InvariantCulture));
        return facts;

        void Add(string name, string? value)
        {
            if (value is not null)
                facts[name] = value;
        }
    }

    private static string? Thousandth(uint? milli) => milli is { } value ? (value * 1e-3).ToString("0.###", CultureInfo.InvariantCulture) : null;

    private static string Hash(string uuid) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(uuid)))[..16];
}
