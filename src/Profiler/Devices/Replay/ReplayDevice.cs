using System.Text.Json;
using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Power;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Devices.Replay;

/// <summary>
/// A recorded run in place of its device: samples come back in the order in which they were taken, through the same
/// sampler, statistics and reports, without the silicon. Replay with <see cref="Sampling.WarmUp.None"/>: recordings begin warm.
/// </summary>
public sealed class ReplayDevice : IDevice
{
    // What a device says, as opposed to what the samples say: those doubts are raised anew.
    private static readonly Caveat[] s_deviceCaveats = [Caveat.SharedMachine, Caveat.Throttled, Caveat.PowerCapped, Caveat.ClockLow, Caveat.TimingFallback];

    private readonly MeasurementReader _reader;
    private RecordedWork? _latest;

    /// <param name="reader">Stays the caller's.</param>
    public ReplayDevice(MeasurementReader reader, long runId)
    {
        _reader = reader;
        Run = reader.Run(runId);
        Identity = new DeviceIdentity
        {
            Kind = Run.DeviceKind,
            Index = (int)Run.DeviceIndex,
            Name = Run.DeviceName,
            Key = Run.DeviceKey,
            Driver = Run.DeviceDriver,
            Architecture = Run.DeviceArchitecture,
            Units = (int)Run.DeviceUnits,
            Memory = new(Run.DeviceMemoryBytes),
            LastLevelCache = new(Run.DeviceCacheBytes),
            MaxClock = Run.DeviceMaxClockHz is { } clock ? new Hertz(clock) : null,
            Facts = JsonSerializer.Deserialize<SortedDictionary<string, string>>(Run.DeviceFactsJson) ?? [],
        };
        Measurements = reader.Measurements(runId, completeOnly: false);
        TimerResolution = new(Measurements.Select(row => row.Result?.TimerResolutionS).OfType<double>().DefaultIfEmpty(1e-7).First());
    }

    public RunRow Run { get; }

    /// <summary>What can be replayed.</summary>
    public IReadOnlyList<MeasurementRow> Measurements { get; }

    public DeviceIdentity Identity { get; }

    public Seconds TimerResolution { get; }

    public Bytes FreeMemory => Identity.Memory;

    public IPowerSource Power { get; } = new NoPower("a recording has no energy counter; the energy of the run is in its measurements");

    /// <summary>The work of a measurement of this run, from its first sample.</summary>
    public RecordedWork Work(MeasurementRow row) => new(
        row,
        _reader.Samples(row.Id),
        _reader.Samples(row.Id, SampleKind.ClockHz),
        new DeviceConditions(
            row.Result?.MedianClockHz is { } clock ? new Hertz(clock) : null,
            row.Result?.MaxTemperatureC is { } temperature ? new Celsius(temperature) : null,
            [.. (row.Result?.Caveats ?? []).Where(observed => s_deviceCaveats.Contains(observed.Caveat))]));

    public bool Supports(TimingMode mode) => true;

    public int MaxCallsPerSample(ITimedWork work, TimingMode mode) => (int)(Recorded(work, mode).Row.Result?.CallsPerSample ?? 1);

    /// <summary>The next sample as recorded, however many <paramref name="calls"/> it held.</summary>
    public Timing? Time(ITimedWork work, TimingMode mode, int calls, int firstCopy = 0)
    {
        _latest = Recorded(work, mode);
        return _latest.Next();
    }

    public void Synchronize()
    {
    }

    public IDeviceWatch Watch() => new ReplayWatch(this);

    public void Dispose()
    {
    }

    private static RecordedWork Recorded(ITimedWork work, TimingMode mode)
    {
        if (work is not RecordedWork recorded)
            throw new ArgumentException("only recorded work can be replayed", nameof(work));
        return recorded.Row.Mode == mode
            ? recorded
            : throw new ArgumentException($"the recording is {recorded.Row.Mode}, not {mode}", nameof(mode));
    }

    private sealed class ReplayWatch(ReplayDevice device) : IDeviceWatch
    {
        public DeviceConditions Stop() => device._latest?.Conditions ?? DeviceConditions.Unknown;

        public void Dispose()
        {
        }
    }
}
