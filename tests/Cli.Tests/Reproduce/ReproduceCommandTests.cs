using System.Text.Json.Nodes;
using SparseProf.Cli.Tests.Measure;
using SparseProf.Store;
using SparseProf.Testing;

namespace SparseProf.Cli.Tests.Reproduce;

[Collection(ConsoleCapture.Name)]
public sealed class ReproduceCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-reproduce-").FullName;

    [Theory]
    [InlineData("tabel2", "did you mean 'table2'?")]
    [InlineData("table2 --only dense-cn", "did you mean 'dense-cnn'?")]
    [InlineData("table2 --seeds 0", "0 is out of range")]
    [InlineData("table2 --difficulty 2", "0 (easy) to 1")]
    [InlineData("table2 --size medium", "small, full")]
    [InlineData("table2 --data /no/such/folder", "'sparseprof data get sst2 /no/such/folder' downloads and checks the data")]
    public async Task Wrong_words_are_refused_before_anything_is_trained(string words, string said)
    {
        var database = Path.Combine(_folder, "new.db");
        var (exitCode, output, errors) = await ConsoleCapture.RunAsync(["reproduce", "--db", database, .. words.Split(' ')]);
        Assert.Equal(2, exitCode);
        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.Empty(output);
        Assert.False(File.Exists(database));
    }

    [Fact]
    public async Task A_row_is_trained_evaluated_and_timed_once_and_then_read_from_the_database()
    {
        RequiresTorch.OrSkip();
        var database = Path.Combine(_folder, "table.db");
        string[] command = ["reproduce", "table2", "--only", "dense-transformer", "--steps", "2", "--seeds", "1", "--quick", "--json", "--db", database];
        var (exitCode, first, _) = await ConsoleCapture.RunAsync(command);
        Assert.Equal(0, exitCode);
        var model = JsonNode.Parse(first)!["models"]![0]!;
        Assert.Equal(("dense-transformer-small", "synthetic-sentiment(difficulty=0.25)", true), ((string?)model["name"], (string?)model["data_set"], (bool)model["synthetic"]!));
        Assert.InRange((double)model["accuracy"]!["value"]!, 0.3, 0.8);
        Assert.Equal(6, model["corruptions"]!.AsArray().Count);
        Assert.True((double)model["inference_time_s"]!["low"]! > 0);

        var (_, second, errors) = await ConsoleCapture.RunAsync(command);
        Assert.Equal(first, second);
        Assert.DoesNotContain("seed 0", errors, StringComparison.Ordinal);
        using var reader = MeasurementReader.Open(database);
        Assert.Single(reader.TrainingRuns());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
