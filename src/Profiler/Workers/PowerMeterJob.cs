using System.Diagnostics;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Power;

namespace SparseProf.Profiler.Workers;

/// <summary>Calibrates NVML: a square wave of load, watched as fast as NVML answers.</summary>
internal static class PowerMeterJob
{
    public const string Kernel = "power_meter";

    private const double HalfPeriod = 0.2;
    private const int Periods = 10;

    /// <summary>Names and seconds; empty where the GPU's power cannot be read.</summary>
    public static Dictionary<string, double> Run(CudaDevice device)
    {
        if (device.RecordPower(TimeSpan.FromMilliseconds(1)) is not { } recorder)
            return [];
        IReadOnlyList<NvmlReading> readings;
        double begun;
        using (recorder)
        {
            begun = recorder.Elapsed.Value;
            SquareWave(device);
            readings = recorder.Stop();
        }

        var found = new Dictionary<string, double> { ["nvml_latency_s"] = Median(readings.Skip(1).Zip(readings, (later, earlier) => later.Time.Value - earlier.Time.Value)) };
        var power = readings.Where(reading => reading.Power is not null).Select(reading => (reading.Time.Value - begun, reading.Power!.Value.Value)).ToList();
        if (PowerMeterCalibration.Fit(power, HalfPeriod) is { } meter)
        {
            found["nvml_power_update_s"] = meter.UpdatePeriod.Value;
            found["nvml_power_averaging_s"] = meter.AveragingWindow.Value;
            found["nvml_power_delay_s"] = meter.Delay.Value;
        }

        var counter = readings.Where(reading => reading.Counter is not null).ToList();
        var steps = counter.Where((reading, i) => i > 0 && reading.Counter!.Value.Value != counter[i - 1].Counter!.Value.Value).Select(reading => reading.Time.Value).ToList();
        if (steps.Count > 2)
            found["nvml_energy_update_s"] = Median(steps.Skip(1).Zip(steps, (later, earlier) => later - earlier));
        return found;
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

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? 0 : sorted[sorted.Count / 2];
    }
}
