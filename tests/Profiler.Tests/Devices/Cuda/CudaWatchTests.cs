using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native.Nvml;
using SparseProf.Profiler.Power;

namespace SparseProf.Profiler.Tests.Devices.Cuda;

public sealed class CudaWatchTests
{
    private static readonly double?[] s_quiet = [0, 0, 0, 0, 0];

    [Fact]
    public void A_quiet_gpu_has_no_caveats()
    {
        var conditions = CudaWatch.Judge([Reading(1980, 50), Reading(1965, 52), Reading(1980, 51)], s_quiet, new Seconds(1));
        Assert.Empty(conditions.Caveats);
        Assert.Equal(1980e6, conditions.MedianClock!.Value.Value);
        Assert.Equal(52, conditions.MaxTemperature!.Value.Value);
    }

    [Fact]
    public void A_counter_of_the_power_policy_that_grew_is_a_power_cap()
    {
        var conditions = CudaWatch.Judge([Reading(1500, 60)], [0.2e9, 0, 0, 0, 0], new Seconds(1));
        Assert.Equal(Caveat.PowerCapped, Assert.Single(conditions.Caveats).Caveat);
    }

    [Fact]
    public void Reasons_tell_where_the_counters_are_refused()
    {
        var readings = new[] { Reading(1500, 60, ClockReasons.SoftwarePowerCap), Reading(1500, 60) };
        Assert.Equal(Caveat.PowerCapped, Assert.Single(CudaWatch.Judge(readings, new double?[5], new Seconds(1)).Caveats).Caveat);
        readings = [Reading(1500, 88, ClockReasons.HardwareThermal), Reading(1500, 88)];
        Assert.Equal(Caveat.Throttled, Assert.Single(CudaWatch.Judge(readings, new double?[5], new Seconds(1)).Caveats).Caveat);
    }

    [Fact]
    public void A_gpu_that_tells_nothing_is_unknown_and_not_healthy_by_assumption()
    {
        var conditions = CudaWatch.Judge([], new double?[5], new Seconds(1));
        Assert.Null(conditions.MedianClock);
        Assert.Null(conditions.MaxTemperature);
    }

    [Fact]
    public void The_clock_is_cycles_over_time_and_unknown_for_short_stretches()
    {
        Assert.Equal(1.5e9, ClockStamps.ClockOf(1000, 0, 1_001_000, 1_500_000)!.Value.Value);
        Assert.Null(ClockStamps.ClockOf(1000, 0, 11_000, 15_000));
        Assert.Null(ClockStamps.ClockOf(1_001_000, 0, 1000, 15_000));
    }

    [Fact]
    public void The_cuda_thread_carries_exceptions_to_the_caller_and_calls_nest()
    {
        using var thread = new CudaThread();
        Assert.Equal(3, thread.Invoke(() => 1 + thread.Invoke(() => 2)));
        Assert.Throws<InvalidOperationException>(() => thread.Invoke(() => throw new InvalidOperationException("inside")));
        Assert.False(thread.IsCurrent);
        Assert.True(thread.Invoke(() => thread.IsCurrent));
    }

    private static NvmlReading Reading(double megahertz, double degrees, ClockReasons reasons = ClockReasons.None) =>
        new(new Seconds(0), null, null, new Hertz(megahertz * 1e6), new Celsius(degrees), (ulong)reasons);
}
