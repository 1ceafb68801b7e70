using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.CostModel.Tests.Decisions;

public sealed class TimedMeasurementTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-decisions-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Complete_measurements_come_with_their_samples_median_and_caveats()
    {
        var path = Path.Combine(_folder, "test.db");
        double[] samples = [3e-3, 1e-3, 2e-3];
        using (var writer = MeasurementWriter.Open(path))
        {
            var run = writer.BeginRun(Run(), []);
            var whole = writer.BeginMeasurement(run, Case("whole"));
            writer.AppendSamples(whole, SampleKind.TimeS, samples);
            writer.CompleteMeasurement(whole, Result() with { Caveats = [new ObservedCaveat(Caveat.Noisy, "planted")] });
            var cutOff = writer.BeginMeasurement(run, Case("cut off"));
            writer.AppendSamples(cutOff, SampleKind.TimeS, samples);
            writer.CompleteMeasurement(writer.BeginMeasurement(run, Case("empty")), Result());
        }

        using var reader = MeasurementReader.Open(path);
        var timed = Assert.Single(TimedMeasurement.Load(reader, reader.Measurements(completeOnly: false)));

        Assert.Equal("whole", timed.Row.Kernel);
        Assert.Equal(samples, timed.Samples);
        Assert.Equal(MedianInterval.Of(samples), timed.Time);
        Assert.Equal([Caveat.Noisy], timed.Caveats.Select(observed => observed.Caveat));
    }

    private static MeasurementCase Case(string kernel) =>
        MeasurementCase.For(Planted.Product(SparsityPattern.Dense.Instance), kernel, TimingMode.Hot, Execution.Dense, verified: true);

    private static MeasurementResult Result() => new() { StopReason = "interval_narrow", ElapsedS = 1, SampleCount = 3, CallsPerSample = 1, WarmUpCalls = 1 };

    private static RunRow Run() => new()
    {
        StartedUtc = DateTimeOffset.UnixEpoch,
        Command = "measure",
        ProgramVersion = "1",
        HostKey = "host",
        HostSystem = "Linux",
        DeviceKind = "cpu",
        DeviceName = "Some CPU",
        DeviceKey = "device",
        DeviceDriver = "6.1",
        DeviceArchitecture = "avx2",
    };
}
