using SparseProf.Ops;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Sampling;
using SparseProf.Profiler.Workers;
using SparseProf.Store;
using SparseProf.Store.Rows;
using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Workers;

/// <summary>Workers that do the worst a native library can do to its process, as shell scripts: recorded as attempts, the next job runs.</summary>
[Collection(Name)]
public sealed class FaultyWorkerTests : IDisposable
{
    private const string Name = "workers";
    private const string Ready = "@sparseprof {\"kind\":\"ready\"}";
    private const int LongestMs = 300_000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(FaultCounts.Factor > 1 ? 5 : 2);
    private static readonly DeviceIdentity s_device = new() { Kind = "cuda", Name = "Planted GPU", Key = "planted", Driver = "0", Architecture = "sm_90", Units = 1, Memory = new(1e9), LastLevelCache = new(1e6) };
    private readonly Programs.Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory(Timeout = LongestMs)]
    [InlineData("kill -SEGV $$", "crash")]
    [InlineData("kill -ABRT $$", "crash")]
    [InlineData("exit 3", "crash")]
    [InlineData("sleep 1000", "timeout")]
    [InlineData("exec >&-; sleep 1000", "crash")]
    [InlineData("yes 'library says hello'", "timeout")]
    [InlineData("yes 'library says hello' >&2", "timeout")]
    [InlineData("cat /dev/zero", "timeout")]
    [InlineData("cat /dev/zero >&2", "timeout")]
    [InlineData("tr -d '\\n' < /dev/urandom", "timeout")]
    [InlineData("yes \"$answer\" | tr -d '\\n'", "timeout")]
    [InlineData("echo '@sparseprof {\"kind\":'; kill -KILL $$", "crash")]
    [InlineData("echo '@sparseprof {\"kind\":\"measured\"}'", "failed")]
    [InlineData("echo '@sparseprof {\"kind\":\"measured\",\"times\":null,\"observations\":null}'", "failed")]
    [InlineData("echo '@sparseprof {\"kind\":\"refused\",\"status\":\"banana\"}'", "failed")]
    [InlineData("echo '@sparseprof {\"kind\":\"ready\"}'", "failed")]
    [InlineData("echo '@sparseprof {\"kind\":\"elephant\"}'", "failed")]
    [InlineData("echo \"${answer/0.001/-1}\"", "failed")]
    [InlineData("echo \"${answer/0.001/\\\"NaN\\\"}\"", "failed")]
    [InlineData("echo \"${answer/m=1/m=9}\"", "failed")]
    [InlineData("echo \"${answer/\\\"caveats\\\":[],\\\"observations\\\"/\\\"caveats\\\":[{\\\"name\\\":\\\"elephant\\\",\\\"evidence\\\":\\\"\\\"\\}],\\\"observations\\\"}\"", "failed")]
    [InlineData("sleep 1000 & kill -SEGV $$", "timeout")]
    public async Task A_worker_that_goes_wrong_is_recorded_and_the_next_job_runs(string fault, string status)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var outcome = await Task.Run(() => Run($"echo '{Ready}'; while read -r job; do case $job in *'\"m\":1,'*) answer='{Answer(1)}'; {fault};; *) echo '{Answer(2)}';; esac; done", Job(1), Job(2)), TestContext.Current.CancellationToken);

        Assert.Equal("completed", outcome);
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < 64 << 20, "what the worker printed is kept");
        Programs.Sound.Database(_scratch["workers.db"]);
        using var reader = MeasurementReader.Open(_scratch["workers.db"]);
        var attempt = Assert.Single(reader.Attempts());
        Assert.Equal(status, attempt.Status);
        Assert.True((attempt.StderrTail ?? "").Length <= 4096);
        Assert.Equal(2L, Assert.Single(reader.Measurements()).M);
    }

    private static GpuJob Job(long m) => new() { Kernel = "cublaslt", M = m, N = 256, K = 128, Dtype = "bf16" };

    private static string Answer(long m) => WorkerLines.Write(new WorkerEvent
    {
        Kind = "measured",
        Case = MeasurementCase.For(Job(m).ToOp(), "cublaslt", TimingMode.Hot, Execution.Dense, verified: true),
        Times = [0.001, 0.002],
        Result = new MeasurementResult { StopReason = "interval_narrow", ElapsedS = 1, SampleCount = 2, CallsPerSample = 1, WarmUpCalls = 0 },
    });

    private string Run(string script, params GpuJob[] jobs)
    {
        using var writer = MeasurementWriter.Open(_scratch["workers.db"]);
        var run = writer.BeginRun(SyntheticStore.Run(), []);
        var campaign = new GpuCampaign(writer, run, s_device, new WorkerCommand("/bin/bash", ["-c", script]), s_patience, () => new BlindWatch(), new StoredCases(failuresToo: false));
        return campaign.Run(jobs, TimeBudget.Unlimited, _ => { }, TestContext.Current.CancellationToken);
    }
}

/// <summary>Alone in the process, whose memory it watches.</summary>
[CollectionDefinition("workers", DisableParallelization = true)]
public sealed class WorkersAlone;
