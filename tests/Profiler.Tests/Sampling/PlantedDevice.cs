using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Power;

namespace SparseProf.Profiler.Tests.Sampling;

/// <summary>A device whose times are planted, with a clock that they drive: nothing sleeps, nothing is measured.</summary>
internal sealed class PlantedDevice : IDevice
{
    public PlantedClock Clock { get; } = new();

    public DeviceIdentity Identity { get; } = new()
    {
        Kind = "planted",
        Name = "Planted",
        Key = "planted",
        Driver = "1",
        Architecture = "none",
        Units = 1,
        Memory = new(1e9),
        LastLevelCache = new(1e6),
    };

    public Seconds TimerResolution { get; init; } = new(1e-8);

    public Bytes FreeMemory => Identity.Memory;

    public IPowerSource Power { get; init; } = new NoPower("planted");

    public int MostCalls { get; init; } = 1_000_000;

    public DeviceConditions Conditions { get; init; } = DeviceConditions.Unknown;

    public bool Supports(TimingMode mode) => mode is not TimingMode.Graph;

    public int MaxCallsPerSample(ITimedWork work, TimingMode mode) => MostCalls;

    public Timing? Time(ITimedWork work, TimingMode mode, int calls, int firstCopy = 0)
    {
        var planted = (PlantedWork)work;
        if (planted.Next(Clock.Elapsed) is not { } perCall)
            return null;
        Clock.Advance(perCall * calls);
        return new Timing(new(perCall));
    }

    public void Synchronize()
    {
    }

    public IDeviceWatch Watch() => new PlantedWatch(Conditions);

    public void Dispose()
    {
    }

    private sealed class PlantedWatch(DeviceConditions conditions) : IDeviceWatch
    {
        public DeviceConditions Stop() => conditions;

        public void Dispose()
        {
        }
    }
}

/// <param name="time">Seconds of the call with this number at this time of the clock; null: there are no more.</param>
internal sealed class PlantedWork(Func<int, double, double?> time) : ITimedWork
{
    public PlantedWork(Func<int, double> time)
        : this((call, _) => time(call))
    {
    }

    public int Calls { get; private set; }

    public int Copies => 1;

    public Bytes BytesPerCopy => new(1);

    public double? Next(double now) => time(Calls++, now);

    public void Run(int copy)
    {
    }
}

internal sealed class PlantedClock : TimeProvider
{
    private long _ticks;

    public double Elapsed => _ticks / 1e9;

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => _ticks;

    public void Advance(double seconds) => _ticks += (long)(seconds * 1e9);
}
