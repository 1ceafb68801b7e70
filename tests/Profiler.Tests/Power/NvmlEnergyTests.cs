using SparseProf.Ops.Units;
using SparseProf.Profiler.Power;

namespace SparseProf.Profiler.Tests.Power;

/// <summary>Readings of a planted GPU: 600 W after a second of ramp, a counter that steps every 100 ms.</summary>
public sealed class NvmlEnergyTests
{
    [Fact]
    public void The_planted_power_is_recovered_from_the_counters_steps()
    {
        var energy = NvmlEnergy.Of(Readings(seconds: 6, watts: 600), new Seconds(6));
        Assert.NotNull(energy);
        Assert.True(energy.FromCounter);
        Assert.InRange(energy.Span.Value, 4.5, 5);
        Assert.Equal(600 * energy.Span.Value, energy.Energy.Value, 600 * 6 * 0.003);
        Assert.InRange(Math.Abs(energy.Energy.Value - 600 * energy.Span.Value), 0, 4 * energy.Uncertainty.Value);
        Assert.InRange(energy.Disagreement!.Value, 0, 0.01);
    }

    [Fact]
    public void Counter_and_power_that_disagree_say_by_how_much()
    {
        var readings = Readings(seconds: 6, watts: 600).Select(reading => reading with { Power = new Watts(reading.Power!.Value.Value * 0.8) }).ToList();
        Assert.Equal(0.2, NvmlEnergy.Of(readings, new Seconds(6))!.Disagreement!.Value, 0.01);
    }

    [Fact]
    public void Without_a_counter_power_is_integrated_and_said_to_be_rough()
    {
        var readings = Readings(seconds: 6, watts: 600).Select(reading => reading with { Counter = null }).ToList();
        var energy = NvmlEnergy.Of(readings, new Seconds(6))!;
        Assert.False(energy.FromCounter);
        Assert.Null(energy.Disagreement);
        Assert.Equal(3600, energy.Energy.Value, 3600 * 0.01);
        Assert.Equal(360, energy.Uncertainty.Value, 5);
    }

    [Fact]
    public void Calls_are_counted_between_the_steps_that_the_energy_is_counted_between()
    {
        // 1,000 calls a second from the start; 600 W once settled.
        var log = new CallLog();
        for (var stretch = 1; stretch <= 300; stretch++)
            log.Add(20, stretch * 0.02);
        var energy = NvmlEnergy.Of(Readings(seconds: 6, watts: 600), new Seconds(6))!;
        var reading = new EnergyReading(energy.Energy, energy.Span, null, [], []) { Steps = energy.Steps, Uncertainty = energy.Uncertainty };

        var call = CallEnergy.Of("planted", reading, log);

        Assert.Equal(0.6, call.PerCall!.Value.Value, 0.6 * 0.003);
        Assert.Equal(1000 * energy.Span.Value, call.Calls, 1);
        Assert.InRange(call.Uncertainty!.Value.Value, 0, 0.6 * 0.005);
    }

    [Fact]
    public void Parts_of_the_window_that_differ_widen_the_uncertainty()
    {
        var log = new CallLog();
        // The same power at half the rate of calls from the middle on: the parts disagree by a factor of two.
        for (var stretch = 1; stretch <= 300; stretch++)
            log.Add(stretch <= 150 ? 20 : 10, stretch * 0.02);
        var energy = NvmlEnergy.Of(Readings(seconds: 6, watts: 600), new Seconds(6))!;
        var reading = new EnergyReading(energy.Energy, energy.Span, null, [], []) { Steps = energy.Steps, Uncertainty = energy.Uncertainty };

        var call = CallEnergy.Of("planted", reading, log);

        Assert.InRange(call.Uncertainty!.Value.Value / call.PerCall!.Value.Value, 0.05, 0.3);
    }

    [Fact]
    public void A_window_that_is_too_short_has_no_energy()
    {
        Assert.Null(NvmlEnergy.Of(Readings(seconds: 1.5, watts: 600), new Seconds(1.5)));
        Assert.Null(NvmlEnergy.Of([], new Seconds(6)));
    }

    [Theory]
    [InlineData(0.1, 0.0, 0.02)]
    [InlineData(0.1, 0.3, 0.05)]
    [InlineData(0.02, 0.1, 0.1)]
    [InlineData(0.1, 1.0, 0.0)]
    public void The_calibration_recovers_a_planted_meter(double period, double window, double delay)
    {
        const double Half = 0.2;
        var readings = new List<(double, double)>();
        for (var time = 0.0; time < 3; time += 0.002)
        {
            var updated = Math.Floor(time / period + 1e-9) * period;
            // Real meters never repeat a value exactly; without that a meter in step with the load would seem slower.
            var jitter = Math.Sin(updated * 1e4);
            readings.Add((time, 100 + 500 * Share(updated - delay, window) + jitter));
        }

        var fitted = PowerMeterCalibration.Fit(readings, Half)!;
        Assert.Equal(period, fitted.UpdatePeriod.Value, 0.25 * period + 0.05);
        // The meter holds its value for a period, which adds half of it to the delay.
        Assert.Equal(delay + period / 2 + window / 2, fitted.Delay.Value + fitted.AveragingWindow.Value / 2, 0.04);

        static double Share(double time, double window)
        {
            if (window == 0)
                return On(time);
            double sum = 0;
            const int Steps = 200;
            for (var i = 0; i < Steps; i++)
                sum += On(time - window * (i + 0.5) / Steps);
            return sum / Steps;
        }

        static double On(double time) => time >= 0 && time % (2 * Half) < Half ? 1 : 0;
    }

    [Fact]
    public void A_meter_that_never_moves_has_no_calibration() =>
        Assert.Null(PowerMeterCalibration.Fit([.. Enumerable.Range(0, 100).Select(i => (i * 0.01, 100.0))], 0.2));

    private static List<NvmlReading> Readings(double seconds, double watts)
    {
        var readings = new List<NvmlReading>();
        for (var time = 0.0; time <= seconds; time += 0.005)
        {
            var stepped = Math.Floor(time / 0.1) * 0.1;
            var energy = stepped < 1 ? watts * stepped * stepped / 2 : watts * (stepped - 0.5);
            readings.Add(new NvmlReading(new Seconds(time), new Joules(1000 + energy), new Watts(Math.Min(1, time) * watts)));
        }

        return readings;
    }
}
