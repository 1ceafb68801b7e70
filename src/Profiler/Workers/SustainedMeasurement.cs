using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Power;
using SparseProf.Profiler.Sampling;

namespace SparseProf.Profiler.Workers;

/// <summary>One case without pauses for seconds: its time and its energy are of the same run.</summary>
internal static class SustainedMeasurement
{
    // Windows start at random phases of the meter, which looks at only a part of each of its periods.
    private const double LongestDelay = 0.15;

    public static WorkerEvent Of(CudaDevice device, GpuJob job, GpuCase prepared)
    {
        var clocks = new List<double>();
        var plan = SamplingPlan.Sustained(job.Mode);
        if (!job.Energy || device.Power.MissingBecause is not null)
            return BurstMeasurement.Answer(device, prepared, Sample(device), clocks, job.Energy ? CallEnergy.Missing(device.Power) : null);

        Thread.Sleep(TimeSpan.FromSeconds(Random.Shared.NextDouble() * LongestDelay));
        using var window = device.Power.Begin();
        var counted = new CountingDevice(device);
        var measured = Sample(counted);
        return BurstMeasurement.Answer(device, prepared, measured, clocks, CallEnergy.Of(device.Power.Name, window.End(), counted.Log));

        Measurement Sample(Devices.IDevice on) =>
            new Sampler(on).Measure(prepared.Work, plan, timings => clocks.AddRange(timings.Select(timing => timing.Clock?.Value ?? double.NaN)));
    }
}
