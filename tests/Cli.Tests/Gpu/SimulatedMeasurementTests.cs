using System.Diagnostics;
using System.Text.Json;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Profiler.Devices.Replay;
using SparseProf.Profiler.Sampling;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Tests.Gpu;

/// <summary>
/// `measure --gpu` from the command line to the database and the tables, on a GPU that is simulated: bindings, workers,
/// comparison, store and reports are the real ones.
/// </summary>
public sealed class SimulatedMeasurementTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-gpu").FullName;

    private string Database => Path.Combine(_folder, "runs.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Dense_and_sparse_kernels_are_compared_in_turns_and_planted_ratios_come_back()
    {
        var plan = Plan(
            "gemm,bf16,dense,1024,512,512", "gemm,bf16,2:4,1024,512,512",
            "gemm,bf16,csr@0.5,1024,512,512", "gemm,bf16,csr@0.05,1024,512,512", "gemm,bf16,csr@0.01,1024,512,512");

        var ended = await SimulatedProgram.Run("csr_break_even=0.1,row_order=0.2", "", "measure", "--gpu", "0", "--quick", "--plan", plan, "--db", Database, "--json");

        Assert.True(ended.ExitCode == 0, ended.Errors);
        var document = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal(SimulatedGpu.Name, document.GetProperty("run").GetProperty("device_name").GetString());
        Assert.Equal(5, document.GetProperty("measurements").GetArrayLength());
        Assert.All(document.GetProperty("measurements").EnumerateArray(), measured => Assert.True(measured.GetProperty("verified").GetBoolean()));
        Assert.True(document.GetProperty("calibration").GetProperty("empty_kernel_s").GetDouble() is > 1e-6 and < 1.5e-6);

        // Planted: 2:4 is 1.6 times as fast where arithmetic decides, and launches cost 1.5 µs on both sides.
        var speedup = Assert.Single(document.GetProperty("two_four_speedups").EnumerateArray());
        Assert.InRange(speedup.GetProperty("speedup").GetDouble(), 1.3, 1.6);
        Assert.InRange(speedup.GetProperty("speedup_in_cycles").GetDouble(), 1.3, 1.6);
        Assert.InRange(speedup.GetProperty("speedup_high").GetDouble() / speedup.GetProperty("speedup_low").GetDouble(), 1, 1.02);
        var breakEven = Assert.Single(document.GetProperty("break_evens").EnumerateArray());
        Assert.Equal("found", breakEven.GetProperty("kind").GetString());
        Assert.InRange(breakEven.GetProperty("density").GetDouble(), 0.05, 0.12);

        using var reader = MeasurementReader.Open(Database);
        var rows = reader.Measurements();
        Assert.All(rows, row => Assert.Equal(reader.Samples(row.Id).Length, reader.Samples(row.Id, SampleKind.Block).Length));
        Assert.All(rows, row => Assert.Contains(row.Pattern == "csr@0.5" ? "launches=sp_transpose_16[" : "launches=simulated_", row.Algorithm));
        // Transposing x and y takes 13 µs, and saves four fifths of the product.
        Assert.Contains(" row_order=1 ", rows.Single(row => row.Pattern == "csr@0.5").Algorithm);
        Assert.Contains(" row_order=0 ", rows.Single(row => row.Pattern == "csr@0.05").Algorithm);
        Assert.NotEmpty(reader.Power(rows[0].RunId));
        Replays(reader, rows[0]);
    }

    [Fact]
    public async Task A_crash_a_hang_a_refusal_a_lack_of_memory_and_a_wrong_result_are_recorded_and_the_run_goes_on()
    {
        var plan = Plan(
            "gemm,bf16,dense,64,64,64", "gemm,bf16,2:4,64,64,64",
            "gemm,bf16,dense,96,64,64", "gemm,bf16,2:4,96,64,64",
            "gemm,bf16,2:4,80,64,64", "gemm,bf16,2:4,128,64,64", "gemm,bf16,2:4,160,64,64", "gemm,bf16,2:4,192,64,64", "gemm,bf16,2:4,112,64,64",
            "gemm,bf16,dense,224,64,64", "gemm,bf16,2:4,256,64,64", "gemm,bf16,2:4,12,64,64", "gemm,bf16,dense,320,64,64", "gemm,bf16,csr@0.1,320,64,64",
            "gemm,bf16,csr@0.1,352,64,64", "gemm,bf16,csr@0.1,384,64,64");
        var faults = "cusparseLtMatmul:96:crash;cusparseLtMatmul:128:hang;cusparseLtMatmul:160:refuse;cusparseLtMatmul:192:oom;"
            + "cublasLtMatmul:224:wrong;cusparseLtMatmul:256:illegal;cusparseSpMM:320:wait;cusparseSpMM_row_order:352:refuse;cusparseSpMM_column_order:384:oom";

        var ended = await SimulatedProgram.Run("", faults, "measure", "--gpu", "0", "--quick", "--plan", plan, "--db", Database);

        Assert.True(ended.ExitCode == 0, ended.Errors);
        using var reader = MeasurementReader.Open(Database);
        var attempts = reader.Attempts().ToDictionary(attempt => Tokens(attempt.Op), attempt => attempt);
        Assert.Equal([12, 96, 128, 160, 192, 256], attempts.Keys.Order());
        Assert.Equal(("crash", 11L), (attempts[96].Status, attempts[96].Signal));
        Assert.Contains("segmentation fault", attempts[96].Message);
        Assert.Equal("timeout", attempts[128].Status);
        Assert.Matches("no answer within 6.7 s; the worker process was ended, while id=. was tried", attempts[128].Message);
        Assert.Equal("unsupported", attempts[160].Status);
        Assert.Equal("out_of_memory", attempts[192].Status);
        Assert.Equal("crash", attempts[256].Status);
        Assert.Equal(("unsupported", "bf16 needs a number of tokens that is a multiple of 8"), (attempts[12].Status, attempts[12].Message));
        var rows = reader.Measurements();
        Assert.Equal([64, 64, 80, 96, 112, 224, 320, 320, 352, 384], rows.Select(row => row.M!.Value).Order());
        var wrong = rows.Single(row => row.M == 224);
        Assert.False(wrong.Verified);
        Assert.Contains(wrong.Result!.Caveats, observed => observed.Caveat == Caveat.Unverified);
        Assert.Equal([(320L, 0), (352L, 0), (384L, 1)], rows.Where(row => row.Kernel == "cusparse.csr").OrderBy(row => row.M).Select(row => (row.M!.Value, row.Algorithm!.Contains(" row_order=1 ") ? 1 : 0)));
        Assert.Contains(rows.Single(row => row is { Kernel: "cusparse.csr", M: 320 }).Result!.Caveats, observed => observed.Caveat == Caveat.TimingFallback);
        Assert.Equal("completed", Assert.Single(reader.Runs()).Outcome);
    }

    [Fact]
    public async Task An_algorithm_that_hangs_is_left_out_and_said_to_be_so()
    {
        var plan = Plan("gemm,bf16,dense,448,64,64", "gemm,bf16,2:4,448,64,64");
        var ended = await SimulatedProgram.Run("", "cusparseLtMatmul.segments:0:hang", "measure", "--gpu", "0", "--quick", "--plan", plan, "--db", Database);
        Assert.True(ended.ExitCode == 0, ended.Errors);
        using var reader = MeasurementReader.Open(Database);
        Assert.Empty(reader.Attempts());
        Assert.Contains(" left_out=split_k=segments ", reader.Measurements().Single(row => row.Kernel == "cusparselt").Algorithm);
    }

    [Fact]
    public async Task A_gpu_that_is_lost_ends_the_run_with_a_sentence_and_loses_nothing()
    {
        var plan = Plan("gemm,bf16,dense,64,64,64", "gemm,bf16,dense,96,64,64", "gemm,bf16,dense,128,64,64");
        using var program = SimulatedProgram.Start("", "cublasLtMatmul:96:lost", Path.Combine(_folder, "lost"), "measure", "--gpu", "0", "--quick", "--plan", plan, "--db", Database);

        var ended = await SimulatedProgram.End(program);

        Assert.Equal(3, ended.ExitCode);
        Assert.Contains("the GPU was lost during the run", ended.Errors);
        Assert.Contains("what was measured is kept", ended.Errors);
        Assert.DoesNotContain("   at ", ended.Errors);
        using var reader = MeasurementReader.Open(Database);
        Assert.Equal(64, Assert.Single(reader.Measurements()).M);
        Assert.Equal("failed", Assert.Single(reader.Runs()).Outcome);
    }

    [Fact]
    public async Task Stopped_in_the_middle_and_resumed_it_measures_only_what_is_missing()
    {
        var plan = Plan([.. Enumerable.Range(1, 12).Select(i => $"gemm,bf16,dense,{64 * i},64,64")]);
        string[] command = ["measure", "--gpu", "0", "--quick", "--plan", plan, "--db", Database];
        using (var program = SimulatedProgram.Start("", "", null, command))
        {
            while (await program.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.StartsWith("[2/", StringComparison.Ordinal))
            {
            }

            using (var kill = Process.Start("kill", ["-INT", $"{program.Id}"]))
                await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
            var stopped = await SimulatedProgram.End(program);
            Assert.Equal(130, stopped.ExitCode);
            Assert.Contains("--resume goes on from there", stopped.Errors);
        }

        int first;
        using (var reader = MeasurementReader.Open(Database))
        {
            first = reader.Measurements().Count;
            Assert.InRange(first, 2, 11);
            Assert.Equal("interrupted", Assert.Single(reader.Runs()).Outcome);
        }

        var resumed = await SimulatedProgram.Run("", "", [.. command, "--resume"]);

        Assert.True(resumed.ExitCode == 0, resumed.Errors);
        Assert.Contains($"[1/{12 - first},", resumed.Errors);
        using var after = MeasurementReader.Open(Database);
        Assert.Equal(12, after.Measurements().Count);
    }

    [Fact]
    public async Task Without_a_libtorch_for_gpus_each_model_is_an_attempt_that_says_what_to_install()
    {
        RequiresTorch.OrSkip();
        var ended = await SimulatedProgram.Run("", "", "measure", "--gpu", "0", "--quick", "--workload", "pruned-transformer", "--pattern", "2:4", "--db", Database);
        Assert.True(ended.ExitCode == 0, ended.Errors);
        using var reader = MeasurementReader.Open(Database);
        Assert.Equal(["best-dense", "masked", "sparse"], reader.Attempts().Select(attempt => attempt.Kernel));
        Assert.All(reader.Attempts(), attempt => Assert.Equal("unsupported", attempt.Status));
        Assert.All(reader.Attempts(), attempt => Assert.Contains("models need a libtorch with CUDA", attempt.Message));
    }

    private string Plan(params string[] rows)
    {
        var path = Path.Combine(_folder, "plan.csv");
        File.WriteAllLines(path, ["op,dtype,pattern,m,n,k", .. rows]);
        return path;
    }

    private static long Tokens(string op) => long.Parse(op.Split("m=")[1].Split(' ')[0]);

    // The recorded run through the sampler again gives the same samples and the same median.
    private static void Replays(MeasurementReader reader, MeasurementRow row)
    {
        using var device = new ReplayDevice(reader, row.RunId);
        var plan = new SamplingPlan(row.Mode) { WarmUp = WarmUp.None, StoppingRule = new() { MinSampledTime = new(1e9), MaxSamples = int.MaxValue } };
        var replayed = new Sampler(device).Measure(device.Work(row), plan, cancel: TestContext.Current.CancellationToken);
        Assert.Equal(StopReason.RecordingEnded, replayed.StopReason);
        Assert.Equal(MedianInterval.Of(reader.Samples(row.Id)), replayed.Median);
        Assert.Equal(SimulatedGpu.Name, device.Identity.Name);
    }
}
