using SparseProf.Ops;
using SparseProf.Store.Rows;

namespace SparseProf.Store.Tests;

public sealed class MeasurementStoreTests : IDisposable
{
    private readonly TemporaryDatabase _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public void What_is_written_is_read_back()
    {
        var measured = Some.Case() with { Workload = "kernels", Library = "own", LibraryVersion = "1", Algorithm = "tile=4", Seed = 7, Threads = 2, MaxRelError = 1e-7, Tolerance = 1e-5 };
        var doubt = new ObservedCaveat(Caveat.Noisy, "relative interquartile range 7.2 %");
        using (var writer = MeasurementWriter.Open(_database.Path))
        {
            var run = writer.BeginRun(Some.Run(), [new LibraryRow { Name = "libtorch", Version = "1.13", Path = "/usr/lib/libtorch.so" }]);
            var measurement = writer.BeginMeasurement(run, measured);
            writer.AppendSamples(measurement, SampleKind.TimeS, [1e-3, 2e-3]);
            writer.AppendSamples(measurement, SampleKind.TimeS, [3e-3]);
            writer.AppendSamples(measurement, SampleKind.ClockHz, [2e9]);
            writer.CompleteMeasurement(measurement, Some.Result(doubt));
            writer.EndRun(run, Some.Run().StartedUtc.AddMinutes(1), "completed");
        }

        using var reader = MeasurementReader.Open(_database.Path);
        var stored = Assert.Single(reader.Runs());
        Assert.Equal(Some.Run() with { Id = stored.Id, Key = stored.Key, EndedUtc = Some.Run().StartedUtc.AddMinutes(1), Outcome = "completed" }, stored);
        Assert.Equal("1.13", Assert.Single(reader.Libraries(stored.Id)).Version);
        var row = Assert.Single(reader.Measurements(stored.Id));
        Assert.Equal((measured.Op, measured.Workload, measured.M, measured.Mode, measured.Execution, measured.NonzeroFlops, true), (row.Op, row.Workload, row.M, row.Mode, row.Execution, row.NonzeroFlops, row.Verified));
        Assert.Equal(CaseKey.Of(stored, measured), row.CaseKey);
        Assert.Equal(("interval narrow enough", "no RAPL", null), (row.Result!.StopReason, row.Result.EnergyMissingBecause, row.Result.EnergyJ));
        Assert.Equal([1e-3, 2e-3, 3e-3], reader.Samples(row.Id));
        Assert.Equal([2e9], reader.Samples(row.Id, SampleKind.ClockHz));
        Assert.Equal([doubt], row.Result.Caveats);
        Assert.Equal([doubt], reader.Measurement(row.Id)!.Result!.Caveats);
    }

    [Fact]
    public void A_measurement_that_was_cut_off_keeps_its_samples_and_is_measured_again_on_resume()
    {
        using (var writer = MeasurementWriter.Open(_database.Path))
        {
            var run = writer.BeginRun(Some.Run(), []);
            writer.CompleteMeasurement(writer.BeginMeasurement(run, Some.Case(1)), Some.Result());
            writer.CompleteMeasurement(writer.BeginMeasurement(run, Some.Case(2)), Some.Result(new ObservedCaveat(Caveat.Interrupted, "after 3 samples")));
            writer.AppendSamples(writer.BeginMeasurement(run, Some.Case(3)), SampleKind.TimeS, [1, 2]);
        }

        using var reader = MeasurementReader.Open(_database.Path);
        Assert.Equal([CaseKey.Of(Some.Run(), Some.Case(1))], reader.CompletedCaseKeys());
        Assert.Equal(2, reader.Measurements().Count);
        var cut = reader.Measurements(completeOnly: false)[2];
        Assert.False(cut.Complete);
        Assert.Equal([1, 2], reader.Samples(cut.Id));
    }

    [Fact]
    public void A_measurement_is_completed_once()
    {
        using var writer = MeasurementWriter.Open(_database.Path);
        var measurement = writer.BeginMeasurement(writer.BeginRun(Some.Run(), []), Some.Case());
        writer.CompleteMeasurement(measurement, Some.Result());
        Assert.Throws<InvalidOperationException>(() => writer.CompleteMeasurement(measurement, Some.Result()));
    }

    [Fact]
    public void Everything_that_makes_another_case_makes_another_key()
    {
        var (run, measured) = (Some.Run(), Some.Case());
        string[] keys =
        [
            CaseKey.Of(run, measured),
            CaseKey.Of(run with { DeviceKey = "other" }, measured),
            CaseKey.Of(run with { DeviceDriver = "other" }, measured),
            CaseKey.Of(run, measured with { LibraryVersion = "other" }),
            CaseKey.Of(run, measured with { Op = "other" }),
            CaseKey.Of(run, measured with { Algorithm = "other" }),
            CaseKey.Of(run, measured with { Algorithm = "" }),
            CaseKey.Of(run, measured with { Mode = TimingMode.Hot }),
            CaseKey.Of(run, measured with { Regime = Regime.Sustained }),
            CaseKey.Of(run, measured with { Execution = Execution.Masked }),
            CaseKey.Of(run, measured with { Data = "zeros" }),
            CaseKey.Of(run, measured with { Threads = 1 }),
        ];
        Assert.Distinct(keys);
        Assert.Equal(keys[0], CaseKey.Of(run with { Key = "another run", GitCommit = "abc" }, measured with { Verified = false }));
    }

    [Fact]
    public void A_reader_sees_what_is_written_meanwhile()
    {
        using var writer = MeasurementWriter.Open(_database.Path);
        using var reader = MeasurementReader.Open(_database.Path);
        Assert.Null(reader.LatestRun());
        var run = writer.BeginRun(Some.Run(), []);
        Assert.Equal(run, reader.LatestRun()?.Id);
    }

    [Fact]
    public void Crashes_and_calibrations_are_facts_of_a_run()
    {
        using var writer = MeasurementWriter.Open(_database.Path);
        var run = writer.BeginRun(Some.Run(), []);
        writer.AppendCalibration(run, "launch_floor_s", 2e-6);
        writer.AppendAttempt(run, new AttemptRow
        {
            CaseKey = "case",
            AtUtc = Some.Run().StartedUtc,
            Op = "gemm",
            Kernel = "cusparselt",
            Status = "crash",
            Message = "illegal instruction",
            Signal = 4,
            StderrTail = "…",
        });
        using var reader = MeasurementReader.Open(_database.Path);
        Assert.Equal(2e-6, reader.Calibration(run)["launch_floor_s"]);
        Assert.Equal((4L, null, Some.Run().StartedUtc), reader.Attempts(run) is [var attempt] ? (attempt.Signal, attempt.ExitCode, attempt.AtUtc) : default);
    }

    [Theory]
    [InlineData(1000, 1)]
    [InlineData(100, 10)]
    [InlineData(99, 11)]
    [InlineData(1, 1000)]
    public void Of_many_samples_every_kth_is_read_in_order_across_chunks(int most, int step)
    {
        using var writer = MeasurementWriter.Open(_database.Path);
        var id = writer.BeginMeasurement(writer.BeginRun(Some.Run(), []), Some.Case());
        var all = Enumerable.Range(0, 1000).Select(i => (double)i).ToArray();
        foreach (var chunk in all.Chunk(37))
            writer.AppendSamples(id, SampleKind.TimeS, chunk);

        using var reader = MeasurementReader.Open(_database.Path);

        Assert.Equal(all.Where((_, i) => i % step == 0), reader.SamplesAtMost(id, most));
    }

    [Fact]
    public void An_hour_of_power_at_50_Hz_adds_less_than_20_MB()
    {
        using (var writer = MeasurementWriter.Open(_database.Path))
        {
            var run = writer.BeginRun(Some.Run(), []);
            var (power, reasons) = (new float[50], new ulong[50]);
            writer.Together(() =>
            {
                for (var second = 0; second < 3600; second++)
                    writer.AppendPower(run, new PowerChunk("nvml instant", second, power, power, power, power, reasons));
            });
        }

        Assert.InRange(new FileInfo(_database.Path).Length, 4_000_000, 20_000_000);
        using var reader = MeasurementReader.Open(_database.Path);
        Assert.Equal(3600 * 50, reader.Power(1).Sum(chunk => chunk.PowerW.Length));
    }
}
