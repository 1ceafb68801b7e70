using System.Text.Json.Nodes;
using SparseProf.Cli.Tests.Measure;

namespace SparseProf.Cli.Tests.Predict;

[Collection(ConsoleCapture.Name)]
public sealed class PredictModelCommandTests
{
    private const string H200 = "nvidia-h200-sxm-141gb";

    public static TheoryData<string> Models { get; } = [.. ModelConfigs.Published.Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_published_model_is_predicted_with_the_documented_fields(string name)
    {
        var answer = await Answer("--config", ModelConfigs.Path(name), "--batch", "4", "--seq", "128", "--dtype", "bf16", "--profile", H200);

        foreach (var field in new[] { "latency_s", "energy_j", "memory_bytes" })
        {
            var (low, value, high) = ((double)answer[field]!["low"]!, (double)answer[field]!["value"]!, (double)answer[field]!["high"]!);
            Assert.True(0 < low && low <= value && value <= high, $"{field}: {low} {value} {high}");
        }

        Assert.Equal("data sheet", (string?)answer["provenance"]);
        Assert.Equal(answer["ops"]!.AsArray().Sum(op => (double)op!["latency_s"]!["value"]!), (double)answer["latency_s"]!["value"]!, 1e-9);
    }

    [Fact]
    public async Task A_decode_step_reads_all_weights_but_takes_less_than_the_prefill()
    {
        string[] llama = ["--config", ModelConfigs.Path("llama-2-7b"), "--batch", "1", "--seq", "2048", "--profile", H200];

        var prefill = await Answer(llama);
        var decode = await Answer([.. llama, "--phase", "decode"]);

        // 6.7 G parameters of two bytes over 4.8 TB/s are 2.8 ms at least.
        Assert.InRange((double)decode["latency_s"]!["value"]!, 2.8e-3, (double)prefill["latency_s"]!["value"]!);
        Assert.Equal(2048.0 * 32 * 2 * 32 * 128 * 2, (double)decode["memory_bytes"]!["kv_cache"]!);
    }

    [Fact]
    public async Task Two_four_weights_take_less_memory_and_are_told_as_what_they_are()
    {
        string[] mistral = ["--config", ModelConfigs.Path("mistral-7b"), "--batch", "1", "--seq", "512", "--profile", H200];

        var dense = await Answer(mistral);
        var sparse = await Answer([.. mistral, "--pattern", "2:4"]);

        Assert.InRange((double)sparse["memory_bytes"]!["weights"]! / (double)dense["memory_bytes"]!["weights"]!, 0.55, 0.62);
        Assert.Contains(sparse["ops"]!.AsArray(), op => ((string)op!["op"]!).Contains("2:4", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_that_does_not_fit_is_told_so()
    {
        var answer = await Answer("--config", ModelConfigs.Path("mixtral-8x7b"), "--profile", "nvidia-l4", "--dtype", "fp16");

        Assert.False((bool)answer["memory_bytes"]!["fits"]!);
    }

    [Fact]
    public async Task Several_profiles_are_answered_in_order()
    {
        var (_, output, _) = await ConsoleCapture.RunAsync("predict", "model", "--config", ModelConfigs.Path("bert-base"), "--dtype", "fp16", "--profile", $"nvidia-l4,{H200}", "--json");

        Assert.Equal(["nvidia-l4", H200], JsonNode.Parse(output)!.AsArray().Select(answer => (string)answer!["profile"]!));
    }

    private static async Task<JsonNode> Answer(params string[] arguments)
    {
        var (exitCode, output, errors) = await ConsoleCapture.RunAsync(["predict", "model", .. arguments, "--json"]);
        Assert.Equal((0, ""), (exitCode, errors));
        return JsonNode.Parse(output)!;
    }
}
