using System.Diagnostics;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Power;

namespace SparseProf.Profiler.Workers.Calibration;

/// <summary>A load that goes on and off, by which a power meter tells how often, over what and how late it reports.</summary>
internal static class SquareWave
{
    private const double HalfPeriod = 0.2;
    private const int Periods = 10;

    /// <summary>Update period, averaging window and delay of NVML's powers, the step of its energy counter, and how long it takes to answer.</summary>
    public static void Measure(CudaDevice device, Dictionary<string, double> found)
    {
        double begun = 0;
        var readings = NvmlWatch.During(device, () => Load(device), recorder => begun = recorder.Elapsed.Value);
        if (readings.Count > 1)
            found["nvml_latency_s"] = OrderStatistics.Median(Gaps(readings.Select(reading => reading.Time.Value)));
        Fit("nvml_power", reading => reading.Power);
        Fit("nvml_average", reading => reading.Average);
        var counter = readings.Where(reading => reading.Counter is not null).ToList();
        var steps = counter.Where((reading, i) => i > 0 && reading.Counter!.Value.Value != counter[i - 1].Counter!.Value.Value).Select(reading => reading.Time.Value).ToList();
        if (steps.Count > 2)
            found["nvml_energy_update_s"] = OrderStatistics.Median(Gaps(steps));

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

    private static void Load(CudaDevice device)
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

    private static double[] Gaps(IEnumerable<double> times)
    {
        var all = times.ToList();
        return [.. all.Skip(1).Zip(all, (later, earlier) => later - earlier)];
    }
}
