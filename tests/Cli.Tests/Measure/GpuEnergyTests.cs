using SparseProf.Cli.Measure;
using SparseProf.Ops;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Tests.Measure;

public sealed class GpuEnergyTests
{
    private static readonly MeasurementRow s_row = Row(energy: 0.02, sigma: 0.0002, window: 4, calls: 80_000);

    [Fact]
    public void What_the_board_draws_at_rest_is_subtracted_for_the_time_of_a_call()
    {
        // 50 µs a call at 100 W are 5 mJ of 20.
        var beyond = GpuEnergy.BeyondIdle(s_row, new Dictionary<string, double> { ["active_idle_power_w"] = 100, ["active_idle_power_w_sigma"] = 4 })!.Value;
        Assert.Equal(0.015, beyond.Value, 1e-12);
        // 0.2 mJ of the energy and 4 W · 50 µs = 0.2 mJ of rest, two deviations.
        Assert.Equal(2 * Math.Sqrt(2) * 0.0002, beyond.High - beyond.Value, 1e-12);
    }

    [Fact]
    public void Rest_that_has_moved_during_the_run_widens_the_interval()
    {
        var idle = GpuEnergy.Idle(new Dictionary<string, double> { ["active_idle_power_w"] = 90, ["active_idle_power_w_sigma"] = 1, ["active_idle_power_w_at_end"] = 110 })!.Value;
        Assert.Equal((100, 10), idle);
    }

    [Fact]
    public void Without_a_figure_for_rest_nothing_is_subtracted_and_nothing_is_told()
    {
        Assert.Null(GpuEnergy.BeyondIdle(s_row, new Dictionary<string, double>()));
        Assert.Null(GpuRatios.EnergiesBeyondIdle(s_row, Row(0.004, 0.0002, 4, 80_000), new Dictionary<string, double> { ["active_idle_power_w"] = 100 }));
    }

    private static MeasurementRow Row(double energy, double sigma, double window, long calls) => new()
    {
        Id = 1,
        RunId = 1,
        Key = "",
        CaseKey = "",
        StartedUtc = DateTimeOffset.UnixEpoch,
        Op = "",
        OpKind = "gemm",
        Kernel = "",
        Dtype = "bf16",
        Pattern = "dense",
        Mode = TimingMode.Graph,
        Execution = Execution.Dense,
        Verified = true,
        Result = new MeasurementResult
        {
            StopReason = "",
            ElapsedS = 5,
            SampleCount = 1,
            CallsPerSample = 1,
            WarmUpCalls = 0,
            EnergyJ = energy,
            EnergySigmaJ = sigma,
            EnergyWindowS = window,
            EnergyCalls = calls,
        },
    };
}
