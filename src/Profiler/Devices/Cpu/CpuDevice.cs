using System.Diagnostics;
using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Power;

namespace SparseProf.Profiler.Devices.Cpu;

/// <summary>The processor that this program runs on. Calls run on the caller's thread and are timed by the wall.</summary>
public sealed class CpuDevice : IDevice
{
    // Copies of the inputs that hold three times the last-level cache evict each other.
    private const double RotationEvicts = 3;

    private readonly HostFiles _files;
    private readonly Lazy<CacheEvictor> _evictor;

    public CpuDevice(HostFiles? files = null)
    {
        _files = files ?? HostFiles.System;
        Identity = CpuIdentity.Read(_files, Environment.ProcessorCount);
        Power = RaplPower.Find(_files);
        _evictor = new(() => new CacheEvictor((long)Identity.LastLevelCache.Value));
    }

    public DeviceIdentity Identity { get; }

    public Seconds TimerResolution { get; } = MeasureResolution();

    public Bytes FreeMemory => CpuIdentity.FreeMemory(_files);

    public IPowerSource Power { get; }

    public bool Supports(TimingMode mode) => mode is TimingMode.Cold or TimingMode.Hot;

    public int MaxCallsPerSample(ITimedWork work, TimingMode mode) => mode is TimingMode.Cold && !Rotates(work) ? 1 : 1_000_000;

    public Timing? Time(ITimedWork work, TimingMode mode, int calls, int firstCopy = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(calls, MaxCallsPerSample(work, mode));
        if (!Supports(mode))
            throw new NotSupportedException("a processor has no graphs");
        if (mode is TimingMode.Cold && !Rotates(work))
            _evictor.Value.Evict();
        var rotation = mode is TimingMode.Hot ? 0 : 1;
        var copy = mode is TimingMode.Hot ? 0 : firstCopy % work.Copies;
        var begun = Stopwatch.GetTimestamp();
        for (var call = 0; call < calls; call++)
        {
            work.Run(copy);
            copy += rotation;
            if (copy == work.Copies)
                copy = 0;
        }

        return new Timing(new(Stopwatch.GetElapsedTime(begun).TotalSeconds / calls));
    }

    /// <summary>Calls have ended when they return.</summary>
    public void Synchronize()
    {
    }

    public IDeviceWatch Watch() => new CpuWatch(_files, () => Environment.CpuUsage.TotalTime);

    public void Dispose()
    {
    }

    private bool Rotates(ITimedWork work) => work.Copies > 1 && work.BytesPerCopy * work.Copies >= Identity.LastLevelCache * RotationEvicts;

    /// <summary>The smallest step between two readings that differ: the timer's tick, or the cost of reading it.</summary>
    private static Seconds MeasureResolution()
    {
        var smallest = long.MaxValue;
        for (var i = 0; i < 1000; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            long step;
            do
                step = Stopwatch.GetTimestamp() - begun;
            while (step == 0);
            smallest = Math.Min(smallest, step);
        }

        return new((double)smallest / Stopwatch.Frequency);
    }
}
