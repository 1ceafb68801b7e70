using System.Text.Json;
using SparseProf.Ops;
using SparseProf.Store;

namespace SparseProf.Cli.Tests.Gpu;

/// <summary>Mixtures of experts and energies beyond rest, from the command line to the document, on a simulated GPU.</summary>
public sealed class SimulatedMixtureTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-gpu").FullName;

    private string Database => Path.Combine(_folder, "runs.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_plan_chooses_how_experts_are_loaded_and_the_load_is_stored()
    {
        var plan = Path.Combine(_folder, "plan.csv");
        await File.WriteAllLinesAsync(plan, ["op,dtype,m,n,k,experts,top_k,distribution", "moe_ffn,bf16,256,128,64,8,2,power_law_1.5", "moe_ffn,bf16,256,128,64,8,2,balanced"], TestContext.Current.CancellationToken);

        var ended = await SimulatedProgram.Run("", "", "measure", "--gpu", "0", "--quick", "--plan", plan, "--db", Database, "--plan-results", Path.Combine(_folder, "out.csv"), "--json");

        Assert.True(ended.ExitCode == 0, ended.Errors);
        using var reader = MeasurementReader.Open(Database);
        var rows = reader.Measurements();
        Assert.Equal(6, rows.Count);
        Assert.All(rows, row => Assert.True(row.Verified));
        var uneven = rows.Where(row => row.Op.Contains("load=power_law_1.5", StringComparison.Ordinal)).ToList();
        Assert.Equal(["cublas.grouped", "cublaslt.expert_loop", "sparseprof.permute"], uneven.Select(row => row.Kernel).Order());
        var loads = string.Join('/', new ExpertLoad.PowerLaw(1.5).TokensOf(new Routing(8, 2, null), 256));
        Assert.All(uneven, row => Assert.Contains($"tokens_per_expert={loads}", row.Algorithm));
        Assert.All(rows.Where(row => row.OpKind == "moe_ffn"), row => Assert.True(row.Result!.PeakMemoryBytes > 8 * 2 * 128 * 64 * 2, $"{row.Result.PeakMemoryBytes}"));
        var written = await File.ReadAllLinesAsync(Path.Combine(_folder, "out.csv"), TestContext.Current.CancellationToken);
        Assert.All(written[1..], line => Assert.Contains("cubla", line));
        var mixtures = JsonDocument.Parse(ended.Output).RootElement.GetProperty("mixtures").EnumerateArray().ToList();
        Assert.Equal(4, mixtures.Count);
        Assert.All(mixtures, mixture => Assert.InRange(mixture.GetProperty("permuting_share").GetDouble(), 0.001, 0.999));
        Assert.Equal([1.0, 1.0, 4.0, 4.0], mixtures.Select(mixture => Math.Round(mixture.GetProperty("imbalance").GetDouble(), 1)).Order());
    }

    [Fact]
    public async Task Permuting_is_told_apart_and_energy_beyond_rest_has_the_planted_value()
    {
        var ended = await SimulatedProgram.RunUntil("[7/", "memory_mib=512", "", "acceptance", "--suite", "kernels", "--quick", "--minutes", "30", "--db", Database, "--json");
        Assert.True(ended.ExitCode == 130, ended.Errors);
        using var document = JsonDocument.Parse(ended.Output);
        var calibration = document.RootElement.GetProperty("calibration");
        var idle = calibration.GetProperty("active_idle_power_w").GetDouble();
        Assert.Equal(95, idle, 3.0);
        var sustained = document.RootElement.GetProperty("measurements").EnumerateArray().Where(measured => measured.GetProperty("regime").GetString() == "sustained").ToList();
        Assert.NotEmpty(sustained);
        foreach (var measured in sustained)
        {
            var time = measured.GetProperty("energy_window_s").GetDouble() / measured.GetProperty("energy_calls").GetDouble();
            var total = measured.GetProperty("energy_j").GetDouble();
            var beyond = measured.GetProperty("energy_beyond_idle_j").GetDouble();
            Assert.Equal(total - idle * time, beyond, 1e-6 * total);
            Assert.InRange(beyond, measured.GetProperty("energy_beyond_idle_low_j").GetDouble(), measured.GetProperty("energy_beyond_idle_high_j").GetDouble());
        }

        Assert.InRange(calibration.GetProperty("nvml_processor_share").GetDouble(), 0, 0.05);
        // The suite is long enough for a sentinel, which does what the first product does.
        var product = document.RootElement.GetProperty("measurements").EnumerateArray().First(measured => measured.GetProperty("regime").GetString() == "burst" && measured.GetProperty("execution").GetString() == "dense");
        Assert.Equal(1, calibration.GetProperty("sentinel_product_s").GetDouble() / product.GetProperty("median_s").GetDouble(), 0.02);
        Assert.True(calibration.GetProperty("sentinel_copy_s").GetDouble() > 0);
    }
}
