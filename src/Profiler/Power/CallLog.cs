using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;

namespace SparseProf.Profiler.Power;

/// <summary>How many calls had ended by when, so that calls can be counted between two moments of a window.</summary>
public sealed class CallLog(TimeProvider? clock = null)
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly long _start = (clock ?? TimeProvider.System).GetTimestamp();
    private readonly List<(double Time, long Calls)> _marks = [(0, 0)];

    public long Calls => _marks[^1].Calls;

    public void Add(int calls) => Add(calls, _clock.GetElapsedTime(_start).TotalSeconds);

    /// <summary>Calls ended until a moment; within a stretch they are taken to be spread evenly.</summary>
    public double CallsAt(Seconds time)
    {
        var after = _marks.FindIndex(mark => mark.Time >= time.Value);
        if (after < 0)
            return Calls;
        if (after == 0)
            return _marks[0].Calls;
        var (from, to) = (_marks[after - 1], _marks[after]);
        return from.Calls + (to.Calls - from.Calls) * (time.Value - from.Time) / (to.Time - from.Time);
    }

    internal void Add(int calls, double time) => _marks.Add((time, Calls + calls));
}

/// <summary>A device whose calls are counted.</summary>
internal sealed class CountingDevice(IDevice inner) : IDevice
{
    public CallLog Log { get; } = new();

    public DeviceIdentity Identity => inner.Identity;

    public Seconds TimerResolution => inner.TimerResolution;

    public Bytes FreeMemory => inner.FreeMemory;

    public IPowerSource Power => inner.Power;

    public Timing? Time(ITimedWork work, TimingMode mode, int calls, int firstCopy = 0)
    {
        var timing = inner.Time(work, mode, calls, firstCopy);
        if (timing is not null)
            Log.Add(calls);
        return timing;
    }

    public bool Supports(TimingMode mode) => inner.Supports(mode);

    public int MaxCallsPerSample(ITimedWork work, TimingMode mode) => inner.MaxCallsPerSample(work, mode);

    public void Synchronize() => inner.Synchronize();

    public IDeviceWatch Watch() => inner.Watch();

    /// <summary>The device counted belongs to the caller.</summary>
    public void Dispose()
    {
    }
}
