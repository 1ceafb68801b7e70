using System.Text.Json.Nodes;
using SparseProf.Cli.Tests.Measure;
using SparseProf.CostModel.Tests.Decisions;
using SparseProf.Store;

namespace SparseProf.Cli.Tests.Predict;

[Collection(ConsoleCapture.Name)]
public sealed class CostModelCommandTests : IDisposable
{
    private const string L4 = "nvidia-l4";

    private readonly PlantedStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task An_advice_starts_with_its_decision_and_says_what_it_rests_on()
    {
        var (exitCode, output, errors) = await ConsoleCapture.RunAsync(
            "advise", "deployment", "--model", "dense-transformer", "--profiles", $"{L4},nvidia-a10", "--qps", "100", "--slo-latency", "100ms", "--region", "France", "--db", _store.Path);

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Matches(@"^(firm|leaning|undecided): deploy nvidia-", output);
        Assert.Contains("candidates keep every constraint; 90 % intervals; GI/G/c of full batches", output, StringComparison.Ordinal);
        Assert.Contains("comes from its data sheet alone", output, StringComparison.Ordinal);
        Assert.Contains("yearly mean of France (56 gCO2e/kWh) and a PUE of 1.58", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_json_of_an_advice_gives_every_number_with_interval_and_provenance()
    {
        var (_, output, _) = await ConsoleCapture.RunAsync(
            "advise", "deployment", "--model", "dense-transformer", "--profiles", L4, "--patterns", "dense,2:4", "--batch", "1,4", "--qps", "50", "--slo-latency", "50ms", "--region", "Norway", "--json", "--db", _store.Path);

        var advice = JsonNode.Parse(output)!;
        Assert.Equal(4, advice["candidates"]!.AsArray().Count);
        var best = advice["recommended"]!;
        foreach (var number in new[] { "replicas", "service_s", "p50_s", "p95_s", "throughput_per_s", "utilization", "power_w", "energy_per_inference_j", "usd_per_million", "gco2e_per_million" })
        {
            var estimate = best[number]!;
            Assert.True((double)estimate["low"]! <= (double)estimate["value"]! && (double)estimate["value"]! <= (double)estimate["high"]!, number);
            Assert.Equal("data sheet", (string?)estimate["provenance"]);
        }
    }

    [Theory]
    [InlineData("--region Frnce --qps 10", "did you mean 'France'?")]
    [InlineData("--qps -1", "--qps")]
    [InlineData("--qps 10 --slo-latency 50", "a positive number with ms")]
    [InlineData("--qps 10 --slo-latency 1e-9ms", "--slo-latency")]
    [InlineData("--qps 10 --price nvidia-l40=3", "did you mean 'nvidia-l4'?")]
    [InlineData("--qps 10 --price nvidia-l4=-3", "ID=USD_PER_HOUR")]
    [InlineData("--qps 10 --batch 1,x", "whole numbers")]
    [InlineData("--qps 10 --patterns 2;4", "sparsity pattern")]
    [InlineData("--qps 10 --objective carbon", "give --region")]
    public async Task A_question_that_cannot_be_answered_says_what_is_wrong(string flags, string said)
    {
        var (exitCode, output, errors) = await ConsoleCapture.RunAsync(["advise", "deployment", "--model", "dense-transformer", "--profiles", L4, "--db", _store.Path, .. flags.Split(' ')]);

        Assert.Equal(2, exitCode);
        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Fact]
    public async Task Two_runs_are_compared_with_ratio_interval_and_verdict()
    {
        var first = _store.Run("a", (Planted.Product(Planted.Csr(0.1)), "csr", 2e-3));
        var second = _store.Run("a", (Planted.Product(Planted.Csr(0.1)), "csr", 1e-3));

        var (exitCode, output, _) = await ConsoleCapture.RunAsync("compare", $"{first}", $"{second}", "--db", _store.Path);

        Assert.Equal(0, exitCode);
        Assert.Contains("0.500", output, StringComparison.Ordinal);
        Assert.Contains("faster", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_without_common_work_are_not_compared()
    {
        var first = _store.Run("a", (Planted.Product(Planted.Csr(0.1)), "csr", 2e-3));
        var second = _store.Run("a", (Planted.Product(Planted.Csr(0.2)), "csr", 1e-3));

        var (exitCode, _, errors) = await ConsoleCapture.RunAsync("compare", $"{first}", $"{second}", "--db", _store.Path);

        Assert.Equal(2, exitCode);
        Assert.Contains("measured no work in common", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kernels_are_imported_once()
    {
        var csv = _store.File("kernels.csv");
        await File.WriteAllTextAsync(csv, "op,dtype,pattern,m,n,k,latency_s,clock\ngemm,bf16,dense,8,64,32,1e-5,1410\ngemm,bf16,2:4,8,64,32,8e-6,1400\n", TestContext.Current.CancellationToken);

        var first = await ConsoleCapture.RunAsync("import", "kernels", csv, "--profile", L4, "--db", _store.Path);
        var second = await ConsoleCapture.RunAsync("import", "kernels", csv, "--profile", L4, "--db", _store.Path);

        Assert.StartsWith("2 kernels on NVIDIA L4 imported", first.Output, StringComparison.Ordinal);
        Assert.Contains("nothing changed", second.Output, StringComparison.Ordinal);
        using var reader = MeasurementReader.Open(_store.Path);
        var rows = reader.ImportedKernels(Assert.Single(reader.Imports()).Id);
        Assert.Equal([("dense", 64L, 1e-5, 2L), ("2:4", 64L, 8e-6, 3L)], rows.Select(row => (row.Pattern, row.N!.Value, row.LatencyS, row.Line)));
        Assert.Contains("\"clock\":\"1410\"", rows[0].ExtraJson, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_table_is_refused_whole()
    {
        var csv = _store.File("kernels.csv");
        await File.WriteAllTextAsync(csv, "op,dtype,pattern,m,n,k,latency_s\ngemm,bf16,dense,8,64,32,1e-5\ngemm,bf16,dense,8,64,32,-1\n", TestContext.Current.CancellationToken);

        var (exitCode, _, errors) = await ConsoleCapture.RunAsync("import", "kernels", csv, "--profile", L4, "--db", _store.Path);

        Assert.Equal(2, exitCode);
        Assert.Contains("kernels.csv:3", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_store.Path));
    }

    [Theory]
    [InlineData("gemm,bf16,dense,8,64,32", "the CPU kernels do not compute in bf16")]
    [InlineData("gemm,fp32,2:4,8,64,30", "30 columns are not a multiple of 4")]
    public async Task A_plan_that_the_processor_cannot_measure_is_refused_with_its_line(string row, string said)
    {
        var csv = _store.File("plan.csv");
        await File.WriteAllTextAsync(csv, $"op,dtype,pattern,m,n,k\n{row}\n", TestContext.Current.CancellationToken);

        var (exitCode, _, errors) = await ConsoleCapture.RunAsync("measure", "--cpu", "--plan", csv, "--db", _store.Path);

        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.Contains("plan.csv:2", errors, StringComparison.Ordinal);
        Assert.Equal(2, exitCode);
    }

    [Fact]
    public async Task A_prediction_of_a_model_tells_energy_price_and_carbon_of_an_inference()
    {
        var (exitCode, output, _) = await ConsoleCapture.RunAsync("predict", "model", "--workload", "dense-transformer", "--batch", "4", "--profile", L4, "--price", $"{L4}=2", "--region", "Poland", "--pue", "1", "--json");

        var prediction = JsonNode.Parse(output)!;
        double Value(string name) => (double)prediction[name]!["value"]!;
        Assert.Equal(0, exitCode);
        Assert.Equal(Value("energy_j") / 4, Value("energy_per_inference_j"), 1e-9);
        Assert.Equal(Value("latency_s") / 4 * 2 / 3600 * 1e6, Value("usd_per_million"), 1e-9);
        Assert.Equal(Value("energy_per_inference_j") * 1e6 / 3.6e6 * 661.9, Value("gco2e_per_million"), 1e-6);
    }
}
