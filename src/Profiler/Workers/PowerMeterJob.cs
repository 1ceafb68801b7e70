using System.Diagnostics;
using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Kernels.Cuda;
using SparseProf.Profiler.Power;

namespace SparseProf.Profiler.Workers;

/// <summary>
/// Calibrates NVML: a square wave of load watched as fast as NVML answers, what the board draws at rest, and whether
/// watching slows what is watched.
/// </summary>
internal static class PowerMeterJob
{
    public const string Kernel = "power_meter";

    public const string IdleName = "idle_power_w";

    /// <summary>One spinning block: the clock is up and the multiprocessors are not at work.</summary>
    public const string ActiveIdleName = "active_idle_power_w";

    private const double HalfPeriod = 0.2;
    private const int Periods = 10;
    private const double RestTime = 3;
    private const int Calls = 1000;
    private const int Rounds = 5;

    /// <summary>Names and figures in SI units; empty where the GPU's power cannot be read.</summary>
    public static Dictionary<string, double> Run(CudaDevice device)
    {
        if (device.Power.MissingBecause is not null)
            return [];
        var found = new Dictionary<string, double>();
        Meter(device, found);
        // A counter's step and the average's window lie between the wave and rest.
        Thread.Sleep(TimeSpan.FromSeconds(1));
        Mean(IdleName, Watch(device, () => Thread.Sleep(TimeSpan.FromSeconds(RestTime))), found);
        Mean(ActiveIdleName, Watch(device, () => Spin(device)), found);
        found["nvml_slows_by"] = Slowing(device);
        return found;
    }

    private static void Meter(CudaDevice device, Dictionary<string, double> found)
    {
        double begun = 0;
        var readings = Watch(device, () => SquareWave(device), recorder => begun = recorder.Elapsed.Value);
        found["nvml_latency_s"] = Median(Gaps(readings.Select(reading => reading.Time.Value)));
        Fit("nvml_power", reading => reading.Power);
        Fit("nvml_average", reading => reading.Average);
        var counter = readings.Where(reading => reading.Counter is not null).ToList();
        var steps = counter.Where((reading, i) => i > 0 && reading.Counter!.Value.Value != counter[i - 1].Counter!.Value.Value).Select(reading => reading.Time.Value).ToList();
        if (steps.Count > 2)
            found["nvml_energy_update_s"] = Median(Gaps(steps));

        void Fit(string name, Func<NvmlReading, Watts?> of)
        {
            var power = readings.Where(reading => of(reading) is not null).Select(reading => (reading.Time.Value - begun, of(reading)!.Value.Value)).ToList();
            if (PowerMeterCalibration.Fit(power, HalfPeriod) is not { } meter)
                return;
            found[name + "_update_s"] = meter.UpdatePeriod.Value;
            found[name + "_averaging_s"] = meter.AveragingWindow.Value;
            found[name + "_delay_s"] = meter.Delay.Value;
        }
    }

    private static void Mean(string name, IReadOnlyList<NvmlReading> readings, Dictionary<string, double> found)
    {
        if (NvmlEnergy.Of(readings, readings[^1].Time) is { } energy)
            found[name] = energy.Energy.Value / energy.Span.Value;
    }

    private static IReadOnlyList<NvmlReading> Watch(CudaDevice device, Action load, Action<NvmlRecorder>? begun = null)
    {
        using var recorder = device.RecordPower(TimeSpan.FromMilliseconds(1))!;
        begun?.Invoke(recorder);
        load();
        return recorder.Stop();
    }

    private static void SquareWave(CudaDevice device)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var period = 0; period < Periods; period++)
        {
            device.Burn((ulong)(HalfPeriod * 1e9));
            device.Synchronize();
            var rest = 2 * HalfPeriod * (period + 1) - Stopwatch.GetElapsedTime(begun).TotalSeconds;
            if (rest > 0)
                Thread.Sleep(TimeSpan.FromSeconds(rest));
        }
    }

    // In pieces: a GPU with a display ends kernels that last for seconds.
    private static void Spin(CudaDevice device)
    {
        for (var spun = 0.0; spun < RestTime; spun += HalfPeriod)
        {
            device.SpinOne((ulong)(HalfPeriod * 1e9));
            device.Synchronize();
        }
    }

    // Share by which graphs of empty kernels take longer while NVML is read as often as during timing; in turns.
    private static double Slowing(CudaDevice device)
    {
        var empty = new EmptyWork(device);
        var (alone, watched) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            alone.AddRange(Times());
            using var watch = device.Watch();
            watched.AddRange(Times());
        }

        device.Forget(empty);
        return Median(watched) / Median(alone) - 1;

        IEnumerable<double> Times() => Enumerable.Range(0, 20).Select(_ => device.Time(empty, TimingMode.Graph, Calls)!.Value.PerCall.Value).ToList();
    }

    private static IEnumerable<double> Gaps(IEnumerable<double> times)
    {
        var all = times.ToList();
        return all.Skip(1).Zip(all, (later, earlier) => later - earlier);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? 0 : sorted[sorted.Count / 2];
    }
}
