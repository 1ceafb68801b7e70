using SparseProf.Ops;
using SparseProf.Profiler.Workers;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Tests.Workers;

public sealed class StoredCasesTests : IDisposable
{
    private static readonly LibraryRow s_old = new() { Name = "cuSPARSELt", Version = "0.6.3" };
    private static readonly LibraryRow s_new = s_old with { Version = "0.8.1" };

    private readonly string _database = Path.Combine(Directory.CreateTempSubdirectory("sparseprof-stored").FullName, "runs.db");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_database)!, recursive: true);

    [Fact]
    public void What_was_measured_counts_only_with_the_same_gpu_driver_and_libraries()
    {
        var earlier = SyntheticStore.Run() with { DeviceKind = "cuda" };
        Write(earlier, s_old, (writer, run) => Measured(writer, run, Job(64)));

        Assert.True(Stored(earlier with { Key = "now" }, s_old).HasMeasured(Job(64)));
        Assert.False(Stored(earlier with { Key = "now" }, s_old).HasMeasured(Job(128)));
        Assert.False(Stored(earlier with { Key = "now" }, s_new).HasMeasured(Job(64)));
        Assert.False(Stored(earlier with { Key = "now", DeviceDriver = "another" }, s_old).HasMeasured(Job(64)));
        Assert.False(Stored(earlier with { Key = "now", DeviceKey = "another" }, s_old).HasMeasured(Job(64)));
    }

    [Theory]
    [InlineData("crash", true)]
    [InlineData("timeout", true)]
    [InlineData("unsupported", true)]
    [InlineData("out_of_memory", false)]
    [InlineData("failed", false)]
    public void A_failure_that_would_come_again_is_not_tried_again(string status, bool kept)
    {
        var earlier = SyntheticStore.Run();
        Write(earlier, s_old, (writer, run) => writer.AppendAttempt(run, new AttemptRow
        {
            CaseKey = writer.CaseKeyOf(run, Job(64).ToCase()),
            AtUtc = DateTimeOffset.UtcNow,
            Op = Job(64).OpText,
            Kernel = "cublaslt",
            Status = status,
            Message = "",
        }));
        var now = earlier with { Key = "now" };

        Assert.Equal(kept, Stored(now, s_old).HasFailed(Job(64), planned => CaseKey.Of(now, planned)));
        Assert.False(Stored(now, s_old).HasFailed(Job(128), planned => CaseKey.Of(now, planned)));
        Assert.False(Stored(now, s_old, failuresToo: false).HasFailed(Job(64), planned => CaseKey.Of(now, planned)));
    }

    private static GpuJob Job(long m) => new() { Kernel = "cublaslt", M = m, N = 256, K = 128, Dtype = "bf16" };

    private static void Measured(MeasurementWriter writer, long run, GpuJob job)
    {
        var id = writer.BeginMeasurement(run, MeasurementCase.For(job.ToOp(), "cublaslt", job.Mode, Execution.Dense, verified: true) with { Algorithm = "found by search" });
        writer.AppendSamples(id, SampleKind.TimeS, [1e-3]);
        writer.CompleteMeasurement(id, new MeasurementResult { StopReason = "interval_narrow", ElapsedS = 1, SampleCount = 1, CallsPerSample = 1, WarmUpCalls = 0 });
    }

    private void Write(RunRow run, LibraryRow library, Action<MeasurementWriter, long> write)
    {
        using var writer = MeasurementWriter.Open(_database);
        write(writer, writer.BeginRun(run, [library]));
    }

    private StoredCases Stored(RunRow run, LibraryRow library, bool failuresToo = true)
    {
        using var reader = MeasurementReader.Open(_database);
        var stored = new StoredCases(failuresToo);
        stored.Add(reader, run, [library]);
        return stored;
    }
}
