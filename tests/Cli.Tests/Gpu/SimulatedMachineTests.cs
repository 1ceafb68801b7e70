using System.Diagnostics;
using System.Text.Json;
using SparseProf.Store;

namespace SparseProf.Cli.Tests.Gpu;

/// <summary>`doctor`, `devices`, `acceptance` and what a user can get wrong, on a machine whose GPU is simulated.</summary>
public sealed class SimulatedMachineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-gpu").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Devices_lists_the_gpu_with_memory_clock_and_driver()
    {
        var ended = await SimulatedProgram.Run("", "", "devices", "--json");
        var gpu = JsonDocument.Parse(ended.Output).RootElement.GetProperty("devices").EnumerateArray().Single(device => device.GetProperty("kind").GetString() == "cuda");
        Assert.Equal(SimulatedGpu.Name, gpu.GetProperty("name").GetString());
        Assert.Equal(1.98e9, gpu.GetProperty("max_clock_hz").GetDouble());
        Assert.Equal(8, gpu.GetProperty("units").GetInt32());
        Assert.Equal(256L << 20, gpu.GetProperty("memory_bytes").GetDouble());
        Assert.Equal(JsonValueKind.Null, gpu.GetProperty("profile").ValueKind);
    }

    [Fact]
    public async Task Doctor_knows_what_each_kernel_can_do()
    {
        var begun = Stopwatch.GetTimestamp();
        var ended = await SimulatedProgram.Run("no_bsr=1", "cusparseLtMatmul.fp16:0:crash;cublasLtMatmul:512:wrong", "doctor", "--json", "--time-budget", "170s");
        var checks = JsonDocument.Parse(ended.Output).RootElement.GetProperty("checks").EnumerateArray()
            .ToDictionary(check => check.GetProperty("name").GetString()!, check => check.GetProperty("detail").GetString()!);
        Assert.Equal("fp32 wrong result, tf32 wrong result, bf16 wrong result, fp8 wrong result, int8 wrong result, fp16 wrong result", checks["gpu 0 cublaslt"].Split(';')[0]);
        Assert.Contains("; fp32: off by ", checks["gpu 0 cublaslt"]);
        Assert.StartsWith("tf32 ok, bf16 ok, fp8 ok, int8 ok, fp16 crash; fp16: ", checks["gpu 0 cusparselt"]);
        Assert.StartsWith("fp32 unsupported, bf16 unsupported, fp16 unsupported; fp32, bf16, fp16: cusparse", checks["gpu 0 cusparse.bsr"]);
        Assert.Equal("tf32 ok, bf16 ok, fp16 ok", checks["gpu 0 cusparse.blocked_ell"]);
        Assert.Equal("fp32 ok, bf16 ok, fp16 ok", checks["gpu 0 cublas.grouped"]);
        Assert.StartsWith("0.8.1 at ", checks["cuSPARSELt"]);
        // The limit is for a GPU; a shared machine that simulates one may be slower.
        Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0, 180);
    }

    [Theory]
    [InlineData("cublasLtMatmul:0:hang;cusparseLtMatmul:0:hang;cusparseLtMatmul.fp16:0:hang;cusparseSpMM:0:hang;cublasGemmGroupedBatchedEx:0:hang", "gpu 0 cusparselt")]
    [InlineData("cuInit:0:hang", "answer")]
    public async Task Doctor_ends_in_time_though_every_library_or_the_driver_hangs(string faults, string name)
    {
        var begun = Stopwatch.GetTimestamp();
        var ended = await SimulatedProgram.Run("", faults, "doctor", "--json", "--time-budget", "15s");
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var check = JsonDocument.Parse(ended.Output).RootElement.GetProperty("checks").EnumerateArray().First(check => check.GetProperty("name").GetString() == name);
        Assert.Matches("timeout|not tried in time|none within", check.GetProperty("detail").GetString()!);
        // Its processes wait and do not compute; what a busy machine adds is the start of this one.
        Assert.InRange(seconds, 0, 30);
    }

    [Theory]
    [InlineData("", "--gpu 3", 3, "there is no GPU 3", "0 to 0")]
    [InlineData("exclusive=1", "--gpu 0", 3, "GPU 0 is used exclusively by another process", "nvidia-smi")]
    [InlineData("driver=11040", "--gpu 0", 3, "the NVIDIA driver at ", "it serves CUDA 11.4")]
    [InlineData("devices=0", "--gpu 0", 3, "cuInit answered CUDA_ERROR_NO_DEVICE (100)", "")]
    [InlineData("", "--gpu 0 --cpu", 2, "--gpu and --cpu exclude each other", "")]
    [InlineData("", "--gpu 0 --suite everything", 2, "unknown suite 'everything'", "")]
    [InlineData("", "--gpu 0 --dtype fp8", 2, "models do not run in fp8", "fp32, fp16, bf16")]
    public async Task What_cannot_be_measured_is_told_in_a_sentence(string plants, string arguments, int code, string sentence, string more)
    {
        var ended = await SimulatedProgram.Run(plants, "", ["measure", .. arguments.Split(' '), "--plan", Plan(), "--db", Path.Combine(_folder, "runs.db")]);
        Assert.Equal(code, ended.ExitCode);
        Assert.Contains(sentence, ended.Errors);
        Assert.Contains(more, ended.Errors);
        Assert.DoesNotContain("   at ", ended.Errors);
    }

    [Theory]
    [InlineData("mig=1", "shared_machine", "MIG is on")]
    [InlineData("other_processes=2", "shared_machine", "2 other processes")]
    [InlineData("utilization=80", "shared_machine", "80 % busy")]
    [InlineData("hot=1", "throttled", "thermal")]
    public async Task Whatever_disturbs_the_gpu_is_a_caveat_of_each_measurement(string plants, string caveat, string evidence)
    {
        var database = Path.Combine(_folder, "runs.db");
        var ended = await SimulatedProgram.Run(plants, "", "measure", "--gpu", "0", "--quick", "--plan", Plan(), "--db", database);
        Assert.True(ended.ExitCode == 0, ended.Errors);
        using var reader = MeasurementReader.Open(database);
        Assert.Contains(reader.Measurements().Single().Result!.Caveats, observed => observed.Caveat.Name == caveat && observed.Evidence.Contains(evidence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_sparse_library_that_is_too_old_is_an_attempt_and_its_dense_rival_is_measured()
    {
        var database = Path.Combine(_folder, "runs.db");
        var ended = await SimulatedProgram.Run("cusparselt=502", "", "measure", "--gpu", "0", "--quick", "--plan", Plan("gemm,bf16,2:4,64,64,64"), "--db", database);
        Assert.True(ended.ExitCode == 0, ended.Errors);
        using var reader = MeasurementReader.Open(database);
        Assert.Single(reader.Measurements());
        Assert.StartsWith("cuSPARSELt 0.5.2 at ", Assert.Single(reader.Attempts()).Message);
    }

    [Fact]
    public async Task The_power_meter_is_calibrated_by_a_wave_of_load()
    {
        using var worker = SimulatedProgram.Start("counter_period_s=0.1,power_period_s=0.05,power_window_s=0.2,power_delay_s=0.06", "", null, "worker", "--gpu", "0");
        await worker.StandardInput.WriteLineAsync("@sparseprof {\"step\":\"measure\",\"job\":{\"kernel\":\"power_meter\",\"m\":0,\"n\":0,\"k\":0,\"dtype\":\"fp32\"}}");
        worker.StandardInput.Close();
        var ended = await SimulatedProgram.End(worker);
        var found = JsonDocument.Parse(ended.Output.Split("@sparseprof ").Last()).RootElement.GetProperty("observations");

        // The meter is polled in real time: what a starved poller sees says nothing.
        Assert.SkipWhen(Figure("nvml_latency_s") > 0.004, $"this machine is too busy to poll a meter: {Figure("nvml_latency_s")} s a reading in place of 0.001");
        Assert.Equal(0.05, Figure("nvml_power_update_s"), 0.02);
        Assert.Equal(0.1, Figure("nvml_energy_update_s"), 0.02);
        // A meter that holds its value for a period is late by half of it; window and delay share what they delay.
        Assert.Equal(0.06 + 0.05 / 2 + 0.2 / 2, Figure("nvml_power_delay_s") + Figure("nvml_power_averaging_s") / 2, 0.05);
        Assert.Equal(70, Figure("idle_power_w"), 2.0);
        Assert.InRange(Figure("active_idle_power_w"), 75, 97);
        Assert.InRange(Figure("idle_power_w_sigma"), 0, 3);
        Assert.InRange(Figure("nvml_slows_by"), -0.05, 0.05);

        double Figure(string name) => found.GetProperty(name).GetDouble();
    }

    private string Plan(params string[] more)
    {
        var path = Path.Combine(_folder, "plan.csv");
        File.WriteAllLines(path, ["op,dtype,pattern,m,n,k", "gemm,bf16,dense,64,64,64", .. more]);
        return path;
    }
}
