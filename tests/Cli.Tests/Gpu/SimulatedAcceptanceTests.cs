using System.Text.Json;
using SparseProf.Store;

namespace SparseProf.Cli.Tests.Gpu;

/// <summary>`acceptance` and its script as a user runs them, on a machine whose GPU is simulated.</summary>
public sealed class SimulatedAcceptanceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-gpu").FullName;

    // Every case of a comparison is kept ready, each with a workspace.
    private const string Memory = "memory_mib=350";

    private string Database => Path.Combine(_folder, "gpu.db");

    private string Results => Path.Combine(_folder, "results", "simulated-gpu-for-tests-not-a-measurement");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Cut_off_and_resumed_it_judges_and_writes_what_both_runs_measured()
    {
        // A library that crashes at every product leaves everything else.
        var first = await SimulatedProgram.RunUntil("[5/", Memory, "cusparseSpMM:0:crash", Command);
        Assert.Equal(130, first.ExitCode);
        Assert.Contains("gpu 0 cusparse.csr: fp32 crash, bf16 crash, fp16 crash", first.Errors);
        Assert.Contains("gpu 0 cusparselt: tf32 ok, bf16 ok, fp8 ok, int8 ok, fp16 ok", first.Errors);
        Assert.Contains("gpu 0 models: bf16 unsupported", first.Errors);
        Assert.Contains("--resume goes on from there", first.Errors);
        Assert.Contains("1024³ bf16, burst", first.Output);
        var measured = Squares();
        Assert.True(measured.Count == 4, first.Errors);

        var second = await SimulatedProgram.RunUntil("[3/", Memory, "", [.. Command, "--resume"]);
        Assert.Equal(130, second.ExitCode);
        // The power meter, then what is missing.
        Assert.Contains("[2/", second.Errors);
        Assert.Equal(6, Squares().Count);
        Assert.Distinct(Squares());
        Assert.Contains("1024³ bf16, burst", second.Output);
        Assert.Contains("1024³ bf16, sustained", second.Output);
        Assert.Contains("2:4 against dense, 1024x1024x1024, burst", second.Output);
        var text = await File.ReadAllTextAsync(Path.Combine(Results, "gpu.md"), TestContext.Current.CancellationToken);
        Assert.Contains("cuSPARSELt 0.8.1", text);
        Assert.Contains("1024³ bf16, burst", text);
        using var profile = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Results, "profile.json"), TestContext.Current.CancellationToken));
        Assert.True(profile.RootElement.GetProperty("peak_two_four_flops_per_s").GetProperty("bf16").GetProperty("value").GetDouble() > 0);
    }

    [Fact]
    public async Task A_gpu_lost_on_the_way_leaves_tables_of_what_was_measured_and_code_3()
    {
        var lost = Path.Combine(_folder, "lost");
        using var program = SimulatedProgram.Start(Memory, "", lost, [.. Command, "--suite", "kernels"]);
        while (await program.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.StartsWith("[3/", StringComparison.Ordinal))
        {
        }

        await File.WriteAllTextAsync(lost, "", TestContext.Current.CancellationToken);
        var ended = await SimulatedProgram.End(program);

        Assert.Equal(3, ended.ExitCode);
        Assert.Contains("the GPU was lost during the run", ended.Errors);
        Assert.Contains("empty kernel in a graph", ended.Output);
        Assert.True(File.Exists(Path.Combine(Results, "gpu.md")));
    }

    private string[] Command => ["acceptance", "--quick", "--minutes", "30", "--results", Path.Combine(_folder, "results"), "--db", Database];

    private List<string> Squares()
    {
        using var reader = MeasurementReader.Open(Database);
        return [.. reader.Measurements().Where(row => row is { M: 1024, N: 1024, Dtype: "bf16" }).Select(row => $"{row.Kernel} {row.Pattern} {row.Data} {row.Regime}")];
    }
}
