using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Devices.Cpu;
using SparseProf.Profiler.Devices.Replay;
using SparseProf.Profiler.Power;
using SparseProf.Profiler.Sampling;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Tests.Devices;

/// <summary>What every device keeps to. Each device brings itself and work of its own.</summary>
public abstract class DeviceContractTests
{
    [Fact]
    public void It_says_who_it_is()
    {
        using var subject = Create();
        var identity = subject.Device.Identity;
        Assert.All([identity.Kind, identity.Name, identity.Key, identity.Driver, identity.Architecture], text => Assert.NotEqual("", text.Trim()));
        Assert.True(identity.Units >= 1);
        Assert.True(identity.Memory.Value > 0 && identity.LastLevelCache.Value > 0);
        Assert.True(subject.Device.FreeMemory <= identity.Memory);
        using var again = Create();
        Assert.Equal(identity.Key, again.Device.Identity.Key);
    }

    [Theory]
    [InlineData(TimingMode.Cold)]
    [InlineData(TimingMode.Hot)]
    public void It_times_calls_above_its_resolution(TimingMode mode)
    {
        using var subject = Create();
        Assert.True(subject.Device.Supports(mode));
        Assert.True(subject.Device.TimerResolution.Value > 0);
        var timing = Assert.NotNull(subject.Device.Time(subject.Work(mode), mode, 1));
        Assert.True(timing.PerCall > new Seconds(0));
    }

    [Fact]
    public void It_is_sampled_like_any_other()
    {
        using var subject = Create();
        var plan = new SamplingPlan(TimingMode.Hot)
        {
            WarmUp = WarmUp.None,
            StoppingRule = StoppingRule.Quick with { MinSampledTime = new(0), MaxWallTime = new(0.2) },
        };
        var measurement = new Sampler(subject.Device).Measure(subject.Work(TimingMode.Hot), plan, cancel: TestContext.Current.CancellationToken);
        Assert.NotEmpty(measurement.Times);
        Assert.All(measurement.Times, time => Assert.True(time > 0));
        Assert.True(measurement.Median.Low > 0);
    }

    [Fact]
    public void It_has_an_energy_counter_or_says_why_not()
    {
        using var subject = Create();
        var power = subject.Device.Power;
        if (power.MissingBecause is { } because)
        {
            Assert.NotEqual("", because);
            using var window = power.Begin();
            Assert.Equal((null, because), (window.End().Energy, window.End().MissingBecause));
            var energy = EnergyLoop.Measure(subject.Device, subject.Work(TimingMode.Hot), TimingMode.Hot, 1, new(1), cancel: TestContext.Current.CancellationToken);
            Assert.Equal((null, because), (energy.PerCall, energy.Reading.MissingBecause));
        }
        else
        {
            using var window = power.Begin();
            Assert.Null(window.End().Energy);
        }
    }

    private protected abstract Subject Create();

    private protected sealed record Subject(IDevice Device, Func<TimingMode, ITimedWork> Work, Action? After = null) : IDisposable
    {
        public void Dispose()
        {
            Device.Dispose();
            After?.Invoke();
        }
    }
}

public sealed class CpuContractTests : DeviceContractTests
{
    private protected override Subject Create() => new(new CpuDevice(), _ => new Sum(new double[20_000]));

    private sealed class Sum(double[] numbers) : ITimedWork
    {
        private double _sum;

        public int Copies => 1;

        public Bytes BytesPerCopy => new(8.0 * numbers.Length);

        public void Run(int copy) => Volatile.Write(ref _sum, numbers.Sum());
    }
}

public sealed class ReplayContractTests : DeviceContractTests
{
    private static readonly double[] s_times = [.. Enumerable.Range(0, 40).Select(i => 1e-3 * (1 + 0.001 * (i % 3)))];

    [Fact]
    public void A_replay_gives_the_recorded_median_and_what_the_device_saw()
    {
        using var subject = Create();
        var plan = new SamplingPlan(TimingMode.Hot) { WarmUp = WarmUp.None, StoppingRule = new() { MinSampledTime = new(1) } };
        var measurement = new Sampler(subject.Device).Measure(subject.Work(TimingMode.Hot), plan, cancel: TestContext.Current.CancellationToken);
        Assert.Equal(StopReason.RecordingEnded, measurement.StopReason);
        Assert.Equal(s_times, measurement.Times);
        Assert.Equal(4, measurement.CallsPerSample);
        Assert.Contains(measurement.Caveats, observed => observed.Caveat == Caveat.SharedMachine);
        Assert.DoesNotContain(measurement.Caveats, observed => observed.Caveat == Caveat.Noisy);
    }

    private protected override Subject Create()
    {
        var folder = Directory.CreateTempSubdirectory("sparseprof-replay-").FullName;
        var path = Path.Combine(folder, "recorded.db");
        var run = Record(path);
        var reader = MeasurementReader.Open(path);
        var device = new ReplayDevice(reader, run);
        return new(device, mode => device.Work(device.Measurements.Single(row => row.Mode == mode)), () =>
        {
            reader.Dispose();
            Directory.Delete(folder, recursive: true);
        });
    }

    private static long Record(string path)
    {
        using var writer = MeasurementWriter.Open(path);
        var run = writer.BeginRun(
            new RunRow
            {
                StartedUtc = DateTimeOffset.UnixEpoch,
                Command = "measure",
                ProgramVersion = "0.1.0",
                HostKey = "host",
                HostSystem = "Linux",
                DeviceKind = "cuda",
                DeviceName = "Recorded GPU",
                DeviceKey = "recorded",
                DeviceDriver = "580",
                DeviceArchitecture = "sm_90",
                DeviceUnits = 132,
                DeviceMemoryBytes = 141e9,
                DeviceCacheBytes = 60e6,
                DeviceFactsJson = """{"ecc":"on"}""",
            },
            []);
        foreach (var mode in new[] { TimingMode.Cold, TimingMode.Hot })
        {
            var gemm = new Gemm(new GemmShape(128, 128, 128), DType.Bf16, SparsityPattern.TwoFour);
            var measurement = writer.BeginMeasurement(run, MeasurementCase.For(gemm, "cusparselt", mode, Execution.Sparse, verified: true));
            writer.AppendSamples(measurement, SampleKind.TimeS, s_times);
            writer.CompleteMeasurement(measurement, new MeasurementResult
            {
                StopReason = "interval_narrow",
                ElapsedS = 1,
                SampleCount = s_times.Length,
                CallsPerSample = 4,
                WarmUpCalls = 10,
                TimerResolutionS = 5e-7,
                Caveats = [new(Caveat.SharedMachine, "another process"), new(Caveat.Noisy, "then")],
            });
        }

        return run;
    }
}
