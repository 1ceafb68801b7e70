using System.Globalization;
using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Kernels.Cuda;
using SparseProf.Profiler.Workers.Calibration;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Workers;

/// <summary>Doubts that come from the run as a whole: the device's floors, its limits, the highest clock seen, who shares it.</summary>
internal sealed class GpuJudge(DeviceIdentity device)
{
    private const double LowClock = 0.95;
    private const double LaunchBound = 2;
    private const double MostDegrees = 3;

    // NVML's figure is of the last second, in which a run of ours may just have ended.
    private const int BusyPercent = 10;

    private readonly Dictionary<string, double> _observed = [];
    private readonly Dictionary<string, double> _temperatures = [];
    private double _highestClock;

    public void Observe(IReadOnlyDictionary<string, double> observations)
    {
        foreach (var (name, value) in observations)
            _observed[name] = value;
    }

    /// <param name="op">Null for a model.</param>
    /// <param name="power">Over the window of the case's energy.</param>
    /// <param name="seen">By who watched the device: a clock that is low for a reason that is told is no doubt of its own.</param>
    public IEnumerable<ObservedCaveat> Of(MeasurementCase measured, Op? op, Seconds time, Hertz? clock, Watts? power, string? fallback, IReadOnlyList<ObservedCaveat> seen)
    {
        if (!measured.Verified)
            yield return new ObservedCaveat(Caveat.Unverified, measured.Data != "normal" ? $"operands are {measured.Data}: every result would do" : $"relative error {measured.MaxRelError:0.##e0}, tolerance {measured.Tolerance:0.##e0}");
        if (fallback is not null)
            yield return new ObservedCaveat(Caveat.TimingFallback, fallback);
        if (op is not null && DeviceFloors.From(_observed) is { } floors)
        {
            foreach (var caveat in GpuPlausibility.Judge(op, measured.Mode, time, clock, Architecture, device.Units, floors))
                yield return caveat;
            if (time.Value < LaunchBound * floors.EmptyCall.Value && time >= floors.EmptyCall)
                yield return new ObservedCaveat(Caveat.LaunchBound, $"an empty kernel takes {floors.EmptyCall}");
        }

        if (measured.Regime == Regime.Burst && clock is { } burst)
            _highestClock = Math.Max(_highestClock, burst.Value);
        if (clock is { } hertz && hertz.Value < LowClock * _highestClock && !seen.Any(caveat => caveat.Caveat == Caveat.PowerCapped || caveat.Caveat == Caveat.Throttled))
            yield return new ObservedCaveat(Caveat.ClockLow, $"{hertz}; the highest of this run was {new Hertz(_highestClock)}");
        if (power is { } watts && GpuPlausibility.JudgePower(watts, Limit, Idle) is { } implausible)
            yield return implausible;
        if (Shared is { } shared)
            yield return shared;
    }

    /// <summary>Leakage grows with the temperature: energies compare where cases of one shape were measured equally warm. The first of a shape sets the mark.</summary>
    public IEnumerable<ObservedCaveat> OfTemperature(MeasurementCase measured, WorkerSeries? series)
    {
        if (measured.Regime != Regime.Sustained || series?.Temperature.Where(float.IsFinite).ToArray() is not { Length: > 0 } seen)
            yield break;
        var mean = seen.Average(degrees => (double)degrees);
        var shape = $"{measured.OpKind} {measured.M} {measured.N} {measured.K} {measured.Dtype}";
        if (!_temperatures.TryAdd(shape, mean) && Math.Abs(mean - _temperatures[shape]) > MostDegrees)
            yield return new ObservedCaveat(Caveat.TemperatureDiffers, $"{mean:0} °C on average; the first case of this shape had {_temperatures[shape]:0} °C");
    }

    private int Architecture => int.Parse(device.Architecture["sm_".Length..], CultureInfo.InvariantCulture);

    private Watts? Limit => Fact("power_limit_w") is { } text && double.TryParse(text, CultureInfo.InvariantCulture, out var watts) ? new Watts(watts) : null;

    private Watts? Idle => _observed.TryGetValue(PowerCalibration.IdleName, out var watts) ? new Watts(watts) : null;

    private ObservedCaveat? Shared
    {
        get
        {
            if (Fact("mig") == "on")
                return new ObservedCaveat(Caveat.SharedMachine, "MIG is on: clocks and power are those of the whole GPU");
            if (Fact("other_processes") is { } others and not "0")
                return new ObservedCaveat(Caveat.SharedMachine, $"{others} other processes on the GPU when the run began");
            return int.TryParse(Fact("utilization_percent"), CultureInfo.InvariantCulture, out var busy) && busy > BusyPercent
                ? new ObservedCaveat(Caveat.SharedMachine, $"the GPU was {busy} % busy when the run began")
                : null;
        }
    }

    private string? Fact(string name) => device.Facts.GetValueOrDefault(name);
}
