using SparseProf.Ops.Units;
using SparseProf.Profiler.Power;
using SparseProf.Profiler.Workers;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Tests.Workers;

public sealed class WorkerSeriesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-series").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Fifty_readings_a_second_are_kept_of_two_hundred()
    {
        var series = WorkerSeries.Of(Readings(seconds: 2, perSecond: 200))!;
        Assert.InRange(series.Time.Length, 98, 101);
        var chunk = series.ToChunk("nvml", end: 10, measurement: null);
        Assert.Equal(10 - series.Time[^1], chunk.StartS, 1e-5);
        Assert.Equal(series.Time.Length, chunk.PowerW.Length);
        Assert.NotNull(chunk.ClockHz);
    }

    [Fact]
    public void What_is_never_told_takes_no_room()
    {
        var chunk = WorkerSeries.Of([new PowerSample(new Seconds(0), new Watts(100)), new PowerSample(new Seconds(1), null)])!.ToChunk("nvml", 1, null);
        Assert.Null(chunk.ClockHz);
        Assert.Null(chunk.TemperatureC);
        Assert.Null(chunk.EventReasons);
        Assert.True(float.IsNaN(chunk.PowerW[1]));
    }

    [Fact]
    public void An_hour_of_power_at_fifty_readings_a_second_takes_less_than_twenty_megabytes()
    {
        var path = Path.Combine(_folder, "hour.db");
        using (var writer = MeasurementWriter.Open(path))
        {
            var run = writer.BeginRun(Run(), []);
            writer.Together(() =>
            {
                for (var second = 0; second < 3600; second += 6)
                    writer.AppendPower(run, WorkerSeries.Of(Readings(6, 50))!.ToChunk("nvml", second + 6, null));
            });
        }

        Assert.InRange(new FileInfo(path).Length, 1_000_000, 20_000_000);
    }

    private static List<PowerSample> Readings(int seconds, int perSecond) =>
    [
        .. Enumerable.Range(0, seconds * perSecond).Select(i => new PowerSample(
            new Seconds((double)i / perSecond), new Watts(500 + i % 7), new Hertz(1.5e9 + 1e6 * (i % 5)), new Celsius(60), 4)),
    ];

    private static RunRow Run() => new()
    {
        StartedUtc = DateTimeOffset.UnixEpoch,
        Command = "measure",
        ProgramVersion = "0.1.0",
        HostKey = "host",
        HostSystem = "Linux",
        DeviceKind = "cuda",
        DeviceName = "a GPU",
        DeviceKey = "key",
        DeviceDriver = "580",
        DeviceArchitecture = "sm_90",
        DeviceUnits = 132,
        DeviceMemoryBytes = 80e9,
        DeviceCacheBytes = 50e6,
    };
}
