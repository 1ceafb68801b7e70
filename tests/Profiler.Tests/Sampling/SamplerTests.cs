using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Sampling;

namespace SparseProf.Profiler.Tests.Sampling;

public sealed class SamplerTests : IDisposable
{
    private readonly PlantedDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void A_planted_median_is_recovered_and_sampling_stops_when_the_interval_is_narrow()
    {
        var random = new Random(1);
        var measurement = Measure(new PlantedWork(_ => 1e-3 * (1 + 0.01 * random.NextDouble())));
        Assert.Equal(StopReason.IntervalNarrow, measurement.StopReason);
        Assert.True(measurement.Median.Holds(1.005e-3));
        Assert.InRange(measurement.Median.High / measurement.Median.Low, 1, 1.01);
        Assert.True(measurement.Times.Sum() >= 0.5);
        Assert.Empty(measurement.Caveats);
    }

    [Fact]
    public void Warm_up_lasts_until_the_time_is_stable_and_is_not_sampled()
    {
        var measurement = Measure(new PlantedWork(call => call < 40 ? 2e-3 * Math.Pow(0.95, call) + 1e-3 : 1e-3));
        Assert.InRange(measurement.WarmUpCalls, 30, 60);
        Assert.InRange(measurement.Times.Max(), 1e-3, 1.5e-3);
        Assert.Equal(1e-3, measurement.Median.Value, 6);
    }

    [Fact]
    public void Warm_up_of_work_that_never_settles_ends_at_its_limit()
    {
        var flip = new PlantedWork(call => call / 5 % 2 == 0 ? 1e-3 : 2e-3);
        var warm = WarmUp.Default.Run(_device, flip, TimingMode.Hot, _device.Clock, CancellationToken.None);
        Assert.False(warm.Stable);
        Assert.InRange(_device.Clock.Elapsed, 2, 2.01);
    }

    [Fact]
    public void Short_calls_are_batched_above_the_resolution_of_the_timer()
    {
        var device = new PlantedDevice { TimerResolution = new(5e-7) };
        var measurement = Measure(device, new PlantedWork(_ => 2e-6));
        Assert.Equal(100, measurement.CallsPerSample);
        Assert.DoesNotContain(measurement.Caveats, observed => observed.Caveat == Caveat.BelowTimerResolution);
        Assert.Equal(2e-6, measurement.Median.Value, 9);
    }

    [Fact]
    public void Short_calls_that_cannot_be_batched_carry_a_caveat()
    {
        var measurement = Measure(new PlantedDevice { TimerResolution = new(5e-7), MostCalls = 1 }, new PlantedWork(_ => 2e-6));
        Assert.Contains(measurement.Caveats, observed => observed == new ObservedCaveat(Caveat.BelowTimerResolution, "a sample lasts 2.00 µs, the timer's step is 500 ns"));
    }

    [Fact]
    public void Noise_runs_into_the_time_limit_and_is_told()
    {
        var random = new Random(2);
        var measurement = Measure(new PlantedWork(_ => 0.05 * (1 + random.NextDouble())));
        Assert.Equal(StopReason.TimeLimit, measurement.StopReason);
        Assert.Contains(measurement.Caveats, observed => observed.Caveat == Caveat.Noisy);
    }

    [Fact]
    public void Drift_is_told_with_its_size()
    {
        var measurement = Measure(new PlantedWork((_, now) => 1e-3 * (1 + 0.1 * Math.Min(now, 10))));
        Assert.Matches(@"^\+\d\.\d % from first to last sample$", Evidence(measurement, Caveat.Drifting));
    }

    [Fact]
    public void Two_modes_are_told_with_their_places()
    {
        var random = new Random(3);
        var measurement = Measure(new PlantedWork(_ => (random.Next(4) == 0 ? 2e-3 : 1e-3) * (1 + 0.01 * random.NextDouble())));
        Assert.Matches("^7[0-9] % of the samples near 1.0[01] ms, the rest near 2.01 ms$", Evidence(measurement, Caveat.Bimodal));
    }

    [Fact]
    public void What_the_device_saw_is_told_too()
    {
        var seen = new ObservedCaveat(Caveat.PowerCapped, "12 % of the time");
        var device = new PlantedDevice { Conditions = new(new Hertz(1.5e9), new Celsius(80), [seen]) };
        var measurement = Measure(device, new PlantedWork(_ => 1e-3));
        Assert.Equal([seen], measurement.Caveats);
        Assert.Equal((1.5e9, 80), (measurement.ToResult().MedianClockHz, measurement.ToResult().MaxTemperatureC));
    }

    [Fact]
    public void Cancelling_ends_after_the_current_sample_and_keeps_every_sample()
    {
        using var cancel = new CancellationTokenSource();
        var work = new PlantedWork(call =>
        {
            if (call == 40)
                cancel.Cancel();
            return 0.01;
        });
        var stored = new List<Timing>();
        var measurement = new Sampler(_device, clock: _device.Clock).Measure(work, new SamplingPlan(TimingMode.Hot), stored.AddRange, cancel.Token);
        Assert.Equal(StopReason.Interrupted, measurement.StopReason);
        Assert.Equal(41 - measurement.WarmUpCalls, measurement.Times.Length);
        Assert.Equal(measurement.Times, stored.Select(timing => timing.PerCall.Value));
        Assert.Contains(measurement.Caveats, observed => observed.Caveat == Caveat.Interrupted);
    }

    [Fact]
    public void Cancelling_during_warm_up_measures_nothing()
    {
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            new Sampler(_device, clock: _device.Clock).Measure(new PlantedWork(_ => 1e-3), new SamplingPlan(TimingMode.Hot), cancel: cancel.Token));
    }

    [Fact]
    public void Samples_are_handed_over_at_least_every_tenth_of_a_second()
    {
        var at = new List<double>();
        new Sampler(_device, clock: _device.Clock).Measure(
            new PlantedWork(_ => 1e-3), new SamplingPlan(TimingMode.Hot), _ => at.Add(_device.Clock.Elapsed), TestContext.Current.CancellationToken);
        Assert.All(at.Zip(at.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 0, 0.102));
    }

    [Fact]
    public void A_spent_budget_ends_the_measurement()
    {
        var budget = new TimeBudget(_device.Clock, new(0.3));
        var measurement = new Sampler(_device, budget, _device.Clock).Measure(new PlantedWork(_ => 0.01), new SamplingPlan(TimingMode.Hot), cancel: TestContext.Current.CancellationToken);
        Assert.Equal(StopReason.BudgetSpent, measurement.StopReason);
        Assert.InRange(_device.Clock.Elapsed, 0.3, 0.32);
    }

    [Fact]
    public void A_duty_cycle_pauses_after_every_burst()
    {
        var paused = 0.0;
        var plan = new SamplingPlan(TimingMode.Hot) { DutyCycle = new(0.2) };
        var measurement = new Sampler(_device, clock: _device.Clock, pause: time => paused += time.Value).Measure(new PlantedWork(_ => 1e-3), plan, cancel: TestContext.Current.CancellationToken);
        Assert.InRange(measurement.Times.Sum() / (measurement.Times.Sum() + paused), 0.19, 0.21);
    }

    [Fact]
    public void An_unknown_mode_is_refused() =>
        Assert.Throws<NotSupportedException>(() => new Sampler(_device).Measure(new PlantedWork(_ => 1), new SamplingPlan(TimingMode.Graph), cancel: TestContext.Current.CancellationToken));

    private Measurement Measure(PlantedWork work) => Measure(_device, work);

    private static Measurement Measure(PlantedDevice device, PlantedWork work) =>
        new Sampler(device, clock: device.Clock).Measure(work, new SamplingPlan(TimingMode.Hot), cancel: TestContext.Current.CancellationToken);

    private static string Evidence(Measurement measurement, Caveat caveat) =>
        Assert.Single(measurement.Caveats, observed => observed.Caveat == caveat).Evidence;
}
