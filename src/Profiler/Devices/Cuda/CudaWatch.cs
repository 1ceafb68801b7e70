using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda.Native.Nvml;
using SparseProf.Profiler.Power;

namespace SparseProf.Profiler.Devices.Cuda;

/// <summary>Clock, temperature and throttling while a case is timed, from NVML every 20 ms.</summary>
internal sealed class CudaWatch : IDeviceWatch
{
    private const double CappedShare = 0.05;

    /// <summary>Between two readings.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private static readonly NvmlField[] s_counters =
        [NvmlField.PowerCapNanoseconds, NvmlField.ThermalCapNanoseconds, NvmlField.SoftwareThermalNanoseconds, NvmlField.HardwareThermalNanoseconds, NvmlField.PowerBrakeNanoseconds];

    private readonly GpuMonitor _monitor;
    private readonly NvmlRecorder _recorder;
    private readonly double?[] _before;

    public CudaWatch(GpuMonitor monitor)
    {
        _monitor = monitor;
        _before = Counters();
        _recorder = new NvmlRecorder(monitor.Nvml, monitor.Device, Interval, energyOnly: false);
    }

    public DeviceConditions Stop()
    {
        var elapsed = _recorder.Elapsed;
        var readings = _recorder.Stop();
        var growth = Counters().Zip(_before, (after, before) => after - before).ToArray();
        return Judge(readings, growth, elapsed);
    }

    public void Dispose() => _recorder.Dispose();

    /// <param name="growth">ns that each policy held the clock down: power, thermal, software thermal, hardware thermal, brake; null where refused.</param>
    internal static DeviceConditions Judge(IReadOnlyList<NvmlReading> readings, IReadOnlyList<double?> growth, Seconds elapsed)
    {
        var clocks = readings.Select(reading => reading.Clock).OfType<Hertz>().OrderBy(clock => clock.Value).ToList();
        var temperatures = readings.Select(reading => reading.Temperature).OfType<Celsius>().ToList();
        var caveats = new List<ObservedCaveat>();
        var cappedByTime = growth[0] / 1e9 / elapsed.Value;
        var seen = readings.Where(reading => reading.EventReasons is not null).ToList();
        var cappedByReason = seen.Count == 0 ? 0 : seen.Average(reading => Has(reading, ClockReasons.SoftwarePowerCap) ? 1.0 : 0.0);
        if (cappedByTime > CappedShare || cappedByReason > CappedShare)
            caveats.Add(new ObservedCaveat(Caveat.PowerCapped, $"for {Math.Max(cappedByTime ?? 0, cappedByReason):P0} of the time"));
        if (growth.Skip(1).Any(nanoseconds => nanoseconds > 0)
            || seen.Exists(reading => Has(reading, ClockReasons.SoftwareThermal | ClockReasons.HardwareThermal | ClockReasons.PowerBrake)))
        {
            caveats.Add(new ObservedCaveat(Caveat.Throttled, "thermal or brake bits or counters of the GPU"));
        }

        return new DeviceConditions(
            clocks.Count > 0 ? clocks[clocks.Count / 2] : null,
            temperatures.Count > 0 ? temperatures.MaxBy(temperature => temperature.Value) : null,
            caveats)
        {
            Series = [.. readings.Select(reading => new PowerSample(reading.Time, reading.Power, reading.Clock, reading.Temperature, reading.EventReasons))],
        };
    }

    private static bool Has(NvmlReading reading, ClockReasons reasons) => ((ClockReasons)reading.EventReasons!.Value & reasons) != ClockReasons.None;

    private double?[] Counters()
    {
        try
        {
            return [.. _monitor.Nvml.Fields(_monitor.Device, s_counters).Select(value => value.Status == NvmlStatus.Success ? value.Value : default(double?))];
        }
        catch (Native.CudaCallException)
        {
            return new double?[s_counters.Length];
        }
    }
}
