using SparseProf.Cli.Tests.Measure;

namespace SparseProf.Cli.Tests.Train;

[Collection(ConsoleCapture.Name)]
public sealed class TrainCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-train-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("", "sparseprof train dense-cnn")]
    [InlineData("dense-cn", "did you mean 'dense-cnn'?")]
    [InlineData("dense-cnn --size tiny", "small, full")]
    [InlineData("dense-cnn --method rigel", "did you mean 'rigl'?")]
    [InlineData("dense-cnn --optimizer adam", "sgd, adamw, lamb")]
    [InlineData("dense-cnn --schedule 1", "none, cosine, linear")]
    [InlineData("dense-cnn --distribution even", "erk, uniform, global")]
    [InlineData("dense-cnn --sparsity 90", "above 0 and below 1")]
    [InlineData("dense-cnn --pattern 5:4", "N:M (2:4)")]
    [InlineData("dense-cnn --warm-up 1", "0 up to, but not including, 1")]
    [InlineData("dense-cnn --method gradual --mask-begin 1", "0 up to, but not including, 1")]
    [InlineData("dense-cnn --experts 8", "switch-moe, switch-moe-iso")]
    [InlineData("dense-cnn --load-balancing 0", "leave --load-balancing out")]
    [InlineData("switch-moe --experts 0", "1 or more")]
    [InlineData("switch-moe --experts 2 --top-k 3", "1 to 2")]
    [InlineData("switch-moe --capacity-factor 0", "a positive number")]
    [InlineData("switch-moe --z-loss -1", "0 for none, or a positive number")]
    [InlineData("switch-moe --jitter 1", "0 up to, but not including, 1")]
    [InlineData("dense-cnn --threads 0", "1 or more")]
    [InlineData("dense-cnn --resume", "name the checkpoint with --checkpoint FILE")]
    [InlineData("dense-cnn --sweep default", "leave the workload out")]
    [InlineData("--sweep no-such-file.json", "name a JSON file, or 'default'")]
    [InlineData("--sweep default --gpu 0", "leave --gpu out")]
    public async Task A_wrong_flag_is_refused_before_anything_is_trained(string flags, string said)
    {
        var database = Path.Combine(_folder, "new.db");

        var (exitCode, output, errors) = await ConsoleCapture.RunAsync(["train", "--db", database, .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.Equal(2, exitCode);
        Assert.StartsWith("error: ", errors, StringComparison.Ordinal);
        Assert.Contains(said, errors);
        Assert.DoesNotContain("   at ", errors);
        Assert.Empty(output);
        Assert.False(File.Exists(database));
    }

    [Fact]
    public async Task Help_shows_examples_and_every_workload()
    {
        var (exitCode, output, _) = await ConsoleCapture.RunAsync("train", "--help");

        Assert.Equal(0, exitCode);
        Assert.Contains("sparseprof train dense-cnn --method rigl --sparsity 0.9", output);
        Assert.Contains("language-model", output);
    }
}
