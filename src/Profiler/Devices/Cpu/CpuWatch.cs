using SparseProf.Ops;
using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Devices.Cpu;

/// <summary>Watches for neighbours, stolen time and thermal throttling.</summary>
internal sealed class CpuWatch(HostFiles files, Func<TimeSpan> ownTime) : IDeviceWatch
{
    private const double TicksPerSecond = 100;
    private const double SmallestSteal = 0.01;
    private const double SmallestLoad = 0.05;

    // Shorter windows hold too few ticks of 10 ms to say anything.
    private const double FewestTicks = 20;

    private readonly ProcessorTime? _before = ProcessorTime.Read(files);
    private readonly TimeSpan _ownBefore = ownTime();
    private readonly double? _throttledBefore = Throttled(files);

    public DeviceConditions Stop()
    {
        var caveats = new List<ObservedCaveat>();
        if (_before is { } before && ProcessorTime.Read(files) is { } after && Shared(after - before) is { } shared)
            caveats.Add(shared);
        if (Throttled(files) - _throttledBefore is > 0 and var times)
            caveats.Add(new(Caveat.Throttled, $"{times:0} thermal throttling events"));
        return new DeviceConditions(CurrentClock(), null, caveats);
    }

    public void Dispose()
    {
    }

    private ObservedCaveat? Shared(ProcessorTime window)
    {
        if (window.Total < FewestTicks)
            return null;
        var steal = window.Steal / window.Total;
        var others = Math.Max(0, window.Busy - (ownTime() - _ownBefore).TotalSeconds * TicksPerSecond) / window.Total;
        return (steal > SmallestSteal, others > SmallestLoad) switch
        {
            (true, true) => new(Caveat.SharedMachine, $"{steal:P1} of processor time stolen by the hypervisor, {others:P0} used by other programs"),
            (true, false) => new(Caveat.SharedMachine, $"{steal:P1} of processor time stolen by the hypervisor"),
            (false, true) => new(Caveat.SharedMachine, $"{others:P0} of processor time used by other programs"),
            _ => null,
        };
    }

    private Hertz? CurrentClock() =>
        files.ReadNumber("/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq") is { } kilohertz ? new Hertz(kilohertz * 1000) : null;

    private static double? Throttled(HostFiles files)
    {
        var counts = files.Folders("/sys/devices/system/cpu", "cpu")
            .Select(cpu => files.ReadNumber(cpu + "/thermal_throttle/core_throttle_count")).OfType<double>().ToList();
        return counts.Count == 0 ? null : counts.Sum();
    }
}
