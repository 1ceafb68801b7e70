using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cpu;

namespace SparseProf.Profiler.Tests.Devices;

public sealed class CpuDeviceTests : IDisposable
{
    private readonly PlantedHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Identity_is_read_from_proc_and_sys_with_the_container_s_limit()
    {
        _host.With("/proc/cpuinfo", "processor\t: 0\ncpu family\t: 26\nmodel\t\t: 2\nmodel name\t: Some CPU\nstepping\t: 1\nflags\t\t: fpu hypervisor avx2")
            .With("/proc/meminfo", "MemTotal:       16384 kB\nMemAvailable:    8192 kB")
            .With("/proc/sys/kernel/osrelease", "6.1.0")
            .With("/sys/fs/cgroup/memory.max", "4194304")
            .With("/sys/fs/cgroup/memory.current", "1048576");
        Cache(0, "1", "Data", "48K");
        Cache(1, "1", "Instruction", "32K");
        Cache(2, "2", "Unified", "1M");
        Cache(3, "3", "Unified", "32768K");
        var identity = CpuIdentity.Read(_host.Files, units: 2);
        Assert.Equal(("Some CPU", "Linux 6.1.0", 2), (identity.Name, identity.Driver, identity.Units));
        Assert.Equal(new Bytes(32 * 1024 * 1024), identity.LastLevelCache);
        Assert.Equal(new Bytes(4194304), identity.Memory);
        Assert.Equal(("49152", "yes"), (identity.Facts["l1d_bytes"], identity.Facts["hypervisor"]));
        Assert.Equal(new Bytes(4194304 - 1048576), CpuIdentity.FreeMemory(_host.Files));
        Assert.NotEqual(identity.Key, CpuIdentity.Read(_host.Files, units: 4).Key);
    }

    [Fact]
    public void A_host_that_tells_nothing_still_has_an_identity()
    {
        var identity = CpuIdentity.Read(_host.Files, units: 1);
        Assert.NotEqual("", identity.Name);
        Assert.True(identity.Memory.Value > 0 && identity.LastLevelCache.Value > 0);
    }

    [Theory]
    [InlineData(0, 180, null)]
    [InlineData(10, 180, "5.0 % of processor time stolen by the hypervisor")]
    [InlineData(0, 140, "20 % of processor time used by other programs")]
    [InlineData(10, 150, "5.0 % of processor time stolen by the hypervisor, 15 % used by other programs")]
    public void Stolen_time_and_neighbours_are_told(int steal, int own, string? expected)
    {
        // 200 ticks pass: 180 busy without steal, of which this process used `own`.
        _host.With("/proc/stat", "cpu 100 0 0 100 0 0 0 0 0 0");
        var ownTime = TimeSpan.Zero;
        using var watch = new CpuWatch(_host.Files, () => ownTime);
        ownTime = TimeSpan.FromSeconds(own / 100.0);
        _host.With("/proc/stat", $"cpu 280 0 0 {120 - steal} 0 0 0 {steal} 0 0");
        Assert.Equal(expected is null ? [] : [new ObservedCaveat(Caveat.SharedMachine, expected)], watch.Stop().Caveats);
    }

    [Fact]
    public void Thermal_throttling_is_told()
    {
        _host.With("/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", "7");
        using var watch = new CpuWatch(_host.Files, () => TimeSpan.Zero);
        _host.With("/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", "9");
        Assert.Equal([new ObservedCaveat(Caveat.Throttled, "2 thermal throttling events")], watch.Stop().Caveats);
    }

    private void Cache(int index, string level, string type, string size) => _host
        .With($"/sys/devices/system/cpu/cpu0/cache/index{index}/level", level)
        .With($"/sys/devices/system/cpu/cpu0/cache/index{index}/type", type)
        .With($"/sys/devices/system/cpu/cpu0/cache/index{index}/size", size);
}
