using System.Runtime.InteropServices;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels.Simd;
using SparseProf.Store;

namespace SparseProf.Profiler.Devices.Cpu;

/// <summary>Reads what the processor and the operating system say of themselves.</summary>
public static class CpuIdentity
{
    // Of a processor that does not tell: large enough that twice of it evicts any cache of its kind.
    private const double UnknownCache = 32 * 1024 * 1024;

    /// <param name="units">Logical processors that this process may use: affinity and container limits included.</param>
    public static DeviceIdentity Read(HostFiles files, int units)
    {
        var cpu = files.Read("/proc/cpuinfo");
        var name = HostFiles.Field(cpu, "model name") ?? HostFiles.Field(cpu, "Model") ?? RuntimeInformation.ProcessArchitecture.ToString();
        var caches = Caches(files);
        var memory = TotalMemory(files);
        var architecture = Enum.GetValues<SimdLevel>().Last(SimdLevels.IsSupported).Name();
        var stepping = $"{HostFiles.Field(cpu, "cpu family")}.{HostFiles.Field(cpu, "model")}.{HostFiles.Field(cpu, "stepping")}";
        var facts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (level, size) in caches)
            facts[$"{level}_bytes"] = $"{size:0}";
        Note("governor", files.Read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"));
        Note("hypervisor", HostFiles.Field(cpu, "flags")?.Split(' ').Contains("hypervisor") == true ? "yes" : "no");
        Note("microcode", HostFiles.Field(cpu, "microcode"));
        Note("nominal_mhz", HostFiles.Field(cpu, "cpu MHz"));
        Note("memory_limit_bytes", MemoryLimit(files)?.ToString("0"));
        Note("smt", files.Read("/sys/devices/system/cpu/smt/active"));
        return new DeviceIdentity
        {
            Kind = "cpu",
            Name = name,
            Key = CaseKey.Hash(name, stepping, architecture, units.ToString(), caches.GetValueOrDefault("l3", 0).ToString("0")),
            Driver = $"Linux {files.Read("/proc/sys/kernel/osrelease") ?? Environment.OSVersion.VersionString}",
            Architecture = architecture,
            Units = units,
            Memory = memory,
            LastLevelCache = new(caches.Count == 0 ? UnknownCache : caches.Values.Max()),
            MaxClock = files.ReadNumber("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq") is { } kilohertz ? new Hertz(kilohertz * 1000) : null,
            Facts = facts,
        };

        void Note(string fact, string? value)
        {
            if (value is not null)
                facts[fact] = value;
        }
    }

    public static Bytes FreeMemory(HostFiles files)
    {
        var available = Kibibytes(files, "MemAvailable") ?? 0;
        var used = files.ReadNumber("/sys/fs/cgroup/memory.current") ?? files.ReadNumber("/sys/fs/cgroup/memory/memory.usage_in_bytes");
        return new(MemoryLimit(files) is { } limit && used is { } taken ? Math.Min(available, Math.Max(0, limit - taken)) : available);
    }

    private static Bytes TotalMemory(HostFiles files)
    {
        var total = Kibibytes(files, "MemTotal") ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return new(Math.Min(total, MemoryLimit(files) ?? total));
    }

    /// <summary>Of the container, cgroup version 2 or 1; null where there is none.</summary>
    private static double? MemoryLimit(HostFiles files)
    {
        // Version 1 says "no limit" with a number beyond any memory.
        var limit = files.ReadNumber("/sys/fs/cgroup/memory.max") ?? files.ReadNumber("/sys/fs/cgroup/memory/memory.limit_in_bytes");
        return limit < 1e15 ? limit : null;
    }

    private static double? Kibibytes(HostFiles files, string key) =>
        double.TryParse(HostFiles.Field(files.Read("/proc/meminfo"), key)?.Split(' ')[0], out var kibibytes) ? kibibytes * 1024 : null;

    /// <summary>Sizes in bytes by name: l1d, l2, l3.</summary>
    private static SortedDictionary<string, double> Caches(HostFiles files)
    {
        var caches = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var cache in files.Folders("/sys/devices/system/cpu/cpu0/cache", "index"))
        {
            var (level, type, size) = (files.Read(cache + "/level"), files.Read(cache + "/type"), files.Read(cache + "/size"));
            if (level is null || size is not [.. var digits, var unit] || type == "Instruction" || !double.TryParse(digits, out var number))
                continue;
            caches[type == "Data" ? $"l{level}d" : $"l{level}"] = number * (unit == 'M' ? 1024 * 1024 : 1024);
        }

        return caches;
    }
}
