using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;

namespace SparseProf.Profiler.Sampling;

/// <summary>Warms work up and times it until the stopping rule, the time budget or a user says stop.</summary>
/// <param name="pause">Waits; replaced in tests.</param>
public sealed class Sampler(IDevice device, TimeBudget? budget = null, TimeProvider? clock = null, Action<Seconds>? pause = null)
{
    // A burst of work between two pauses.
    private static readonly Seconds s_burst = new(0.003);

    // Samples are handed over at this interval: writing to disk between samples would disturb what they time.
    private static readonly Seconds s_handOver = new(0.1);

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly TimeBudget _budget = budget ?? TimeBudget.Unlimited;
    private readonly Action<Seconds> _pause = pause ?? (time => Thread.Sleep(TimeSpan.FromSeconds(time.Value)));

    /// <summary>Takes samples; a cancelled token ends it after the current one, and what was sampled is returned.</summary>
    /// <param name="handOver">Receives samples at least every 0.1 s, and each one that takes longer, so that they can be stored at once.</param>
    /// <exception cref="OperationCanceledException">Cancelled before the first sample.</exception>
    /// <exception cref="NotSupportedException">The device does not know the mode.</exception>
    public Measurement Measure(ITimedWork work, SamplingPlan plan, Action<IReadOnlyList<Timing>>? handOver = null, CancellationToken cancel = default)
    {
        if (!device.Supports(plan.Mode))
            throw new NotSupportedException($"{device.Identity.Name} cannot time in {plan.Mode} mode");
        var begun = _clock.GetTimestamp();
        using var watch = device.Watch();
        var warm = plan.WarmUp.Run(device, work, plan.Mode, _clock, cancel, plan.ShortestSample);
        cancel.ThrowIfCancellationRequested();
        var calls = Batching.CallsPerSample(device, work, plan.Mode, warm.PerCall, plan.ShortestSample);

        var times = new SampleList();
        var stop = Sample(work, plan, calls, times, handOver, cancel);
        var conditions = watch.Stop();
        var tooShort = times.Count == 0 ? null : Batching.TooShort(device, new(Ops.Statistics.OrderStatistics.Median(times.Times)), calls);
        return new Measurement(
            times.Times.ToArray(), calls, warm.Calls, stop, Since(begun), device.TimerResolution, conditions,
            [.. SampleCaveats.Of(times.Times, stop, plan.StoppingRule.RelativeHalfWidth, plan.StoppingRule.MinSamples), .. tooShort is null ? [] : new[] { tooShort }, .. conditions.Caveats]);
    }

    private StopReason Sample(
        ITimedWork work, SamplingPlan plan, int calls, SampleList samples, Action<IReadOnlyList<Timing>>? handOver, CancellationToken cancel)
    {
        var begun = _clock.GetTimestamp();
        var handedOver = begun;
        var (sampled, burst) = (new Seconds(0), new Seconds(0));
        StopReason? stop = null;
        while (stop is null)
        {
            if (device.Time(work, plan.Mode, calls, (int)((long)samples.Count * calls % work.Copies)) is not { } timing)
            {
                stop = StopReason.RecordingEnded;
                break;
            }

            samples.Add(timing);
            sampled += timing.PerCall * calls;
            burst += timing.PerCall * calls;
            stop = cancel.IsCancellationRequested ? StopReason.Interrupted
                : plan.StoppingRule.Check(samples.Times, sampled, Since(begun)) ?? (_budget.IsSpent ? StopReason.BudgetSpent : null);
            if (Since(handedOver) >= s_handOver)
            {
                samples.HandOver(handOver);
                handedOver = _clock.GetTimestamp();
            }

            if (stop is null && plan.DutyCycle.Value < 1 && burst >= s_burst)
            {
                _pause(burst * ((1 - plan.DutyCycle.Value) / plan.DutyCycle.Value));
                burst = new(0);
            }
        }

        samples.HandOver(handOver);
        return stop.Value;
    }

    private Seconds Since(long timestamp) => new(_clock.GetElapsedTime(timestamp).TotalSeconds);
}
