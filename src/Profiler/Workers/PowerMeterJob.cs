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

    /// <summary>What the board draws at rest again at the end of a run: temperature and leakage have moved by then.</summary>
    public const string RestKernel = "power_rest";

    private const double HalfPeriod = 0.2;
    private const int Periods = 10;
    private const double RestTime = 5;
    private const double QuickRestTime = 3;
    private const double SettlingTime = 2;
    private const int Calls = 1000;
    private const int Rounds = 5;

    // Long enough for a share of readings every 20 ms.
    private static readonly TimeSpan s_reading = TimeSpan.FromMilliseconds(400);

    public static bool Is(string kernel) => kernel is Kernel or RestKernel;

    /// <summary>Names and figures in SI units; empty where the GPU's power cannot be read.</summary>
    public static Dictionary<string, double> Run(CudaDevice device, GpuJob job)
    {
        var found = new Dictionary<string, double>();
        if (device.Power.MissingBecause is not null)
            return found;
        if (job.Kernel == RestKernel)
        {
            Rest(device, job.Quick, PowerCalibration.AtEnd, found);
            return found;
        }

        Meter(device, found);
        Rest(device, job.Quick, "", found);
        Slowing(device, found);
        return found;
    }

    // A counter's step, the average's window and the clock's fall lie between load and rest.
    private static void Rest(CudaDevice device, bool quick, string suffix, Dictionary<string, double> found)
    {
        var time = quick ? QuickRestTime : RestTime;
        Thread.Sleep(TimeSpan.FromSeconds(SettlingTime));
        Mean(PowerCalibration.IdleName + suffix, Watch(device, () => Thread.Sleep(TimeSpan.FromSeconds(time))), found);
        Mean(PowerCalibration.ActiveIdleName + suffix, Watch(device, () => Spin(device, time)), found);
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
        if (NvmlEnergy.Of(readings, readings[^1].Time) is not { } energy)
            return;
        found[name] = energy.Energy.Value / energy.Span.Value;
        found[name + PowerCalibration.Sigma] = energy.Uncertainty.Value / energy.Span.Value;
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
    private static void Spin(CudaDevice device, double time)
    {
        for (var spun = 0.0; spun < time; spun += HalfPeriod)
        {
            device.SpinOne((ulong)(HalfPeriod * 1e9));
            device.Synchronize();
        }
    }

    // Share by which graphs of empty kernels take longer while NVML is read as often as during timing, in turns; and the share
    // of one processor that reading takes.
    private static void Slowing(CudaDevice device, Dictionary<string, double> found)
    {
        var empty = new EmptyWork(device);
        var (alone, watched) = (new List<double>(), new List<double>());
        var (read, elapsed) = (0.0, 0.0);
        for (var round = 0; round < Rounds; round++)
        {
            alone.AddRange(Times());
            using var recorder = device.RecordAsWatched()!;
            watched.AddRange(Times());
            Thread.Sleep(s_reading);
            elapsed += recorder.Elapsed.Value;
            recorder.Stop();
            read += recorder.ProcessorTime?.Value ?? double.NaN;
        }

        device.Forget(empty);
        found[PowerCalibration.SlowsBy] = Median(watched) / Median(alone) - 1;
        if (double.IsFinite(read))
            found[PowerCalibration.ProcessorShare] = read / elapsed;

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
