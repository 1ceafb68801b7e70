using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Power;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Sampling;

/// <summary>All samples of one piece of work on one device, and how they were taken.</summary>
/// <param name="Times">Seconds of one call, in the order in which they were taken.</param>
/// <param name="Elapsed">Wall time, warm-up included.</param>
public sealed record Measurement(
    double[] Times, int CallsPerSample, int WarmUpCalls, StopReason StopReason, Seconds Elapsed, Seconds TimerResolution,
    DeviceConditions Conditions, IReadOnlyList<ObservedCaveat> Caveats)
{
    /// <summary>Seconds of one call: the median with its interval.</summary>
    public Estimate Median => MedianInterval.Of(Times);

    /// <summary>The row that completes the measurement in the store; further fields are added by <c>with</c>.</summary>
    public MeasurementResult ToResult(CallEnergy? energy = null) => new()
    {
        StopReason = StopReason.Name(),
        ElapsedS = Elapsed.Value,
        SampleCount = Times.Length,
        CallsPerSample = CallsPerSample,
        WarmUpCalls = WarmUpCalls,
        TimerResolutionS = TimerResolution.Value,
        MedianClockHz = Conditions.MedianClock?.Value,
        MaxTemperatureC = Conditions.MaxTemperature?.Value,
        EnergyJ = energy?.PerCall?.Value,
        EnergySource = energy?.Source,
        EnergyWindowS = energy?.Reading.Window.Value,
        EnergyCalls = (long?)energy?.Calls,
        EnergySigmaJ = energy?.Uncertainty?.Value,
        EnergyDisagreement = energy?.Reading.Disagreement,
        EnergyMissingBecause = energy is null ? "not asked for" : energy.Reading.MissingBecause,
        Caveats = [.. Caveats, .. energy?.Reading.Caveats ?? []],
    };
}
