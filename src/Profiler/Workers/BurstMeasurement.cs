using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Power;
using SparseProf.Profiler.Sampling;

namespace SparseProf.Profiler.Workers;

/// <summary>One case alone, at full clock: milliseconds of work between pauses.</summary>
internal static class BurstMeasurement
{
    public static readonly Fraction Duty = new(0.2);

    public static WorkerEvent Of(CudaDevice device, GpuJob job, GpuCase prepared)
    {
        var clocks = new List<double>();
        var plan = SamplingPlan.For(job.Mode, job.Quick) with { DutyCycle = Duty };
        var measured = new Sampler(device).Measure(prepared.Work, plan, timings => clocks.AddRange(timings.Select(timing => timing.Clock?.Value ?? double.NaN)));
        return Answer(device, prepared, measured, clocks, energy: null);
    }

    public static WorkerEvent Answer(CudaDevice device, GpuCase prepared, Measurement measured, List<double> clocks, CallEnergy? energy) => new()
    {
        Kind = "measured",
        Case = prepared.Case,
        Times = measured.Times,
        Clocks = clocks.TrueForAll(double.IsFinite) ? [.. clocks] : [],
        Result = measured.ToResult(energy) with
        {
            Caveats = [],
            WorkspaceBytes = prepared.WorkspaceBytes,
            PeakMemoryBytes = prepared.Peak?.Value,
            PeakMemoryScope = prepared.Peak is null ? null : DeviceMemoryPeak.Scope(prepared.Work.Copies),
        },
        Caveats = [.. measured.Caveats.Concat(energy?.Reading.Caveats ?? []).Select(caveat => new WorkerCaveat(caveat.Caveat.Name, caveat.Evidence))],
        Series = WorkerSeries.Of(measured.Conditions.Series),
        Fallback = device.FallbackOf(prepared.Work),
    };
}
