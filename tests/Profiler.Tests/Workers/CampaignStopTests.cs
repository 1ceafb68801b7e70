using System.Diagnostics;
using SparseProf.Ops;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Sampling;
using SparseProf.Profiler.Workers;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Tests.Workers;

/// <summary>Ctrl-C while workers, which are shell scripts, do not answer.</summary>
public sealed class CampaignStopTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-stop").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_comparison_is_left_at_once_though_its_worker_is_at_work()
    {
        GpuJob[] jobs = [Job(1), Job(2), Job(3)];
        foreach (var job in jobs)
            File.WriteAllText(Path.Combine(_folder, $"m{job.M}"), WorkerLines.Write(Prepared(job)));
        // Prepares, and is silent from the first sample on.
        var script = $$"""
            echo '@sparseprof {"kind":"ready"}'
            cd '{{_folder}}'
            while read -r job; do
                case $job in *prepare*) m=${job#*'"m":'}; cat m${m%%,*}; echo ;; *) touch asked; sleep 100 ;; esac
            done
            """;
        using var stop = new CancellationTokenSource();
        using var writer = MeasurementWriter.Open(Path.Combine(_folder, "runs.db"));
        var run = writer.BeginRun(SyntheticStore.Run() with { DeviceKind = "cuda" }, []);
        var campaign = new GpuCampaign(writer, run, PlantedGpu.Identity, new WorkerCommand("/bin/bash", ["-c", script]), TimeSpan.FromSeconds(40), () => new NoWatch(), new StoredCases(false));
        var running = Task.Factory.StartNew(() => campaign.Run(jobs, TimeBudget.Unlimited, _ => { }, stop.Token), TaskCreationOptions.LongRunning);
        for (var left = 600; left > 0 && !File.Exists(Path.Combine(_folder, "asked")); left--)
            Thread.Sleep(50);
        Assert.True(File.Exists(Path.Combine(_folder, "asked")));

        var begun = Stopwatch.GetTimestamp();
        stop.Cancel();
#pragma warning disable xUnit1031 // the time is the matter
        Assert.Equal("interrupted", running.GetAwaiter().GetResult());
#pragma warning restore xUnit1031
        // The worker has five seconds for its last words, and a busy machine some more.
        Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0, 25);
    }

    private static GpuJob Job(long m) => new() { Kernel = "cublaslt", M = m, N = 256, K = 128, Dtype = "bf16", Group = "all", Quick = true };

    private static WorkerEvent Prepared(GpuJob job) => new()
    {
        Kind = "prepared",
        Case = MeasurementCase.For(job.ToOp(), "cublaslt", TimingMode.Graph, Execution.Dense, verified: true),
        Work = new WorkerWork(1, 1, 1, null),
    };

    private sealed class NoWatch : IDeviceWatch
    {
        public DeviceConditions Stop() => DeviceConditions.Unknown;

        public void Dispose()
        {
        }
    }
}
