using System.Globalization;
using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Sampling;
using SparseProf.Profiler.Workers;
using SparseProf.Profiler.Workers.Calibration;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Tests.Workers;

/// <summary>A GPU that slows down during a run, by shell scripts in the place of workers.</summary>
public sealed class SentinelDriftTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-drift").FullName;

    private string Database => Path.Combine(_folder, "runs.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Measurements_on_both_sides_of_a_slowdown_carry_a_caveat_with_the_factor()
    {
        // Looks: before each of the four cases, and after the last.
        var (outcome, looks) = Run([1, 1.004, 1.05, 1.05, 1], Job(1), Job(2), Job(3), Job(4));

        Assert.Equal(("completed", 5), (outcome, looks));
        using var reader = MeasurementReader.Open(Database);
        var doubts = reader.Measurements().ToDictionary(row => row.M!.Value, row => row.Result!.Caveats.Where(observed => observed.Caveat == Caveat.DeviceDrifted).ToList());
        Assert.Empty(doubts[1]);
        // Done before the slowdown was seen.
        Assert.Contains("its product took 1.050 times as long (1.048 to 1.052)", Assert.Single(doubts[2]).Evidence);
        Assert.Contains("1.050", Assert.Single(doubts[3]).Evidence);
        // Back again at the end, but not when it began.
        Assert.Contains("1.050", Assert.Single(doubts[4]).Evidence);
        var calibration = reader.Calibration(reader.Runs().Single().Id);
        Assert.Equal(1e-3, calibration[SentinelCalibration.ProductName]);
        var (least, most, later) = SentinelCalibration.Drifts(calibration, SentinelCalibration.ProductName)!.Value;
        Assert.Equal((1, 1.05), (Math.Round(least, 9), Math.Round(most, 9)));
        Assert.Equal(4, later);
    }

    [Fact]
    public void A_steady_gpu_raises_no_doubt()
    {
        Run([1, 1.006, 0.995, 1.009], Job(1), Job(2));
        using var reader = MeasurementReader.Open(Database);
        Assert.All(reader.Measurements(), row => Assert.Empty(row.Result!.Caveats));
    }

    [Fact]
    public void A_short_run_does_not_look()
    {
        var (outcome, looks) = Run([1, 1], least: SentinelLooks.Least, [Job(1)]);
        Assert.Equal(("completed", 0), (outcome, looks));
    }

    [Fact]
    public void A_gpu_without_a_sentinel_is_measured_all_the_same()
    {
        // The first look is refused.
        var (outcome, looks) = Run([], Job(1), Job(2));
        Assert.Equal(("completed", 1), (outcome, looks));
        using var reader = MeasurementReader.Open(Database);
        Assert.Equal(2, reader.Measurements().Count);
        Assert.Empty(reader.Attempts());
    }

    [Theory]
    [InlineData(1.0095, false)]
    [InlineData(1.0115, false)]
    [InlineData(1.013, true)]
    [InlineData(0.987, true)]
    public void What_counts_is_the_interval_beyond_one_percent(double factor, bool moved)
    {
        var drift = new SentinelDrift();
        drift.Take(Look(1), new Seconds(1));
        Assert.Null(drift.Doubt);
        var stored = drift.Take(Look(factor), new Seconds(90));
        Assert.Equal(moved, drift.Doubt is not null);
        Assert.Equal(factor, stored["sentinel_product_drift_at_90.000_s"], 1e-9);
        drift.Take(Look(1), new Seconds(150));
        Assert.Null(drift.Doubt);
    }

    private (string Outcome, int Looks) Run(double[] factors, params GpuJob[] jobs) => Run(factors, new Seconds(0), jobs);

    private (string Outcome, int Looks) Run(double[] factors, Seconds least, GpuJob[] jobs)
    {
        for (var i = 0; i < factors.Length; i++)
            File.WriteAllText(Path.Combine(_folder, $"look{i + 1}"), WorkerLines.Write(new WorkerEvent { Kind = "measured", Observations = Look(factors[i]) }));
        foreach (var job in jobs)
            File.WriteAllText(Path.Combine(_folder, $"m{job.M}"), WorkerLines.Write(Measured(job)));
        var script = $$"""
            echo '@sparseprof {"kind":"ready"}'
            cd '{{_folder}}'
            while read -r job; do
                case $job in
                *sentinel*) n=$(($(cat looks 2>/dev/null || echo 0) + 1)); echo $n > looks; cat look$n 2>/dev/null || echo '@sparseprof {"kind":"refused","status":"unsupported","message":"no"}' ;;
                *) m=${job#*'"m":'}; cat m${m%%,*} ;;
                esac
                echo
            done
            """;
        string outcome;
        using (var writer = MeasurementWriter.Open(Database))
        {
            var run = writer.BeginRun(SyntheticStore.Run() with { DeviceKind = "cuda" }, []);
            var campaign = new GpuCampaign(writer, run, PlantedGpu.Identity, new WorkerCommand("/bin/bash", ["-c", script]), TimeSpan.FromSeconds(30), () => throw new InvalidOperationException(), new StoredCases(false))
            {
                SentinelEvery = new(0),
                SentinelLeast = least,
            };
            outcome = campaign.Run(jobs, TimeBudget.Unlimited, _ => { }, TestContext.Current.CancellationToken);
            writer.EndRun(run, DateTimeOffset.UtcNow, outcome);
        }

        var looks = Path.Combine(_folder, "looks");
        return (outcome, File.Exists(looks) ? int.Parse(File.ReadAllText(looks), CultureInfo.InvariantCulture) : 0);
    }

    // Known within 0.1 %.
    private static Dictionary<string, double> Look(double factor) => new()
    {
        [SentinelCalibration.ProductName] = 1e-3 * factor,
        [SentinelCalibration.ProductName + SentinelCalibration.Low] = 0.999e-3 * factor,
        [SentinelCalibration.ProductName + SentinelCalibration.High] = 1.001e-3 * factor,
        [SentinelCalibration.CopyName] = 2e-3,
        [SentinelCalibration.CopyName + SentinelCalibration.Low] = 2e-3,
        [SentinelCalibration.CopyName + SentinelCalibration.High] = 2e-3,
    };

    private static GpuJob Job(long m) => new() { Kernel = "cublaslt", M = m, N = 256, K = 128, Dtype = "bf16" };

    private static WorkerEvent Measured(GpuJob job) => new()
    {
        Kind = "measured",
        Case = MeasurementCase.For(job.ToOp(), "cublaslt", TimingMode.Graph, Execution.Dense, verified: true),
        Times = [0.001, 0.002],
        Result = new MeasurementResult { StopReason = "interval_narrow", ElapsedS = 1, SampleCount = 2, CallsPerSample = 1, WarmUpCalls = 0 },
    };
}
