using SparseProf.Cli.Tests.Measure;

namespace SparseProf.Cli.Tests.Train;

[Collection(ConsoleCapture.Name)]
public sealed class TrainCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-train-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("", "", "nothing was named to train", "sparseprof train dense-cnn")]
    [InlineData("dense-cn", "train", "unknown workload", "did you mean 'dense-cnn'?")]
    [InlineData("dense-cnn --size tiny", "--size", "unknown size 'tiny'", "small, full")]
    [InlineData("dense-cnn --steps 0", "--steps", "0 is out of range", "1 or more")]
    [InlineData("dense-cnn --batch -1", "--batch", "-1 is out of range", "1 or more")]
    [InlineData("dense-cnn --batch 10001", "--batch", "a batch of 10001 cannot be taken from the 10000 examples of synthetic-vision", "1 to 10000")]
    [InlineData("dense-cnn --learning-rate 0", "--learning-rate", "0 is out of range", "above 0, up to 1E+30")]
    [InlineData("dense-cnn --learning-rate 1e300", "--learning-rate", "1E+300 is out of range", "above 0, up to 1E+30")]
    [InlineData("dense-cnn --clip 0", "--clip", "0 is out of range", "above 0")]
    [InlineData("dense-cnn --warm-up 1", "--warm-up", "1 is out of range", "0 up to, but not including, 1")]
    [InlineData("dense-cnn --optimizer adam", "--optimizer", "unknown optimizer 'adam'", "sgd, adamw, lamb")]
    [InlineData("dense-cnn --schedule 1", "--schedule", "unknown schedule '1'", "none, cosine, linear")]
    [InlineData("dense-cnn --method rigel", "--method", "unknown sparse method 'rigel'", "did you mean 'rigl'?")]
    [InlineData("dense-cnn --method dense --sparsity 0.5", "--method", "dense weights cannot be csr@0.5", "leave --method out for rigl, or name another")]
    [InlineData("dense-cnn --method set --pattern 2:4", "--pattern", "set cannot have the pattern 2:4", "--method sr-ste trains N:M")]
    [InlineData("dense-cnn --method sr-ste --sparsity 0.5", "--pattern", "sr-ste cannot have the pattern csr@0.5", "N:M, such as 2:4")]
    [InlineData("dense-cnn --pattern csr@0.1 --sparsity 0.9", "--sparsity", "--pattern and --sparsity exclude each other", "leave one of them out")]
    [InlineData("dense-cnn --pattern 5:4", "--pattern", "'5:4' is not a sparsity pattern", "N:M (2:4)")]
    [InlineData("dense-cnn --sparsity 90", "--sparsity", "90 is no sparsity to train with", "above 0 and below 1")]
    [InlineData("dense-cnn --sparsity 0.5 --distribution even", "--distribution", "unknown distribution 'even'", "erk, uniform, global")]
    [InlineData("dense-cnn --sparsity 0.5 --distribution global", "--distribution", "only magnitude pruning", "erk, uniform; global with the methods magnitude and gradual")]
    [InlineData("dense-cnn --sparsity 0.5 --update-interval 0", "--update-interval", "0 is out of range", "1 or more")]
    [InlineData("dense-cnn --sparsity 0.5 --drop-fraction 2", "--drop-fraction", "2 is out of range", "0 to 1")]
    [InlineData("dense-cnn --update-interval 5", "--update-interval", "--update-interval has no effect on the method dense", "with --method gradual, set, rigl")]
    [InlineData("dense-cnn --method gradual --drop-fraction 0.1", "--drop-fraction", "--drop-fraction has no effect on the method gradual", "with --method set, rigl")]
    [InlineData("dense-cnn --method rigl --mask-begin 0.1", "--mask-begin", "--mask-begin has no effect on the method rigl", "with --method magnitude, gradual")]
    [InlineData("dense-cnn --method gradual --mask-begin 1", "--mask-begin", "1 is out of range", "0 up to, but not including, 1")]
    [InlineData("dense-cnn --method gradual --mask-end 2", "--mask-end", "2 is out of range", "0 to 1")]
    [InlineData("dense-cnn --method gradual --mask-begin 0.9", "--mask-begin", "pruning cannot begin after a share of 0.9 of the steps and end after 0.75", "end later with --mask-end")]
    [InlineData("dense-cnn --experts 8", "--experts", "dense-cnn has no experts", "switch-moe, switch-moe-iso")]
    [InlineData("dense-cnn --load-balancing 0", "--load-balancing", "dense-cnn has no experts", "leave --load-balancing out")]
    [InlineData("switch-moe --experts 0", "--experts", "0 is out of range", "1 or more")]
    [InlineData("switch-moe --experts 100 --batch 2", "--experts", "100 experts are more than the 64 tokens of a batch", "1 to 64 with a batch of 2")]
    [InlineData("switch-moe --experts 2 --top-k 3", "--top-k", "a token cannot go to 3 of 2 experts", "1 to 2")]
    [InlineData("switch-moe --top-k 0", "--top-k", "a token cannot go to 0 of 4 experts", "1 to 4")]
    [InlineData("switch-moe --capacity-factor 0", "--capacity-factor", "0 is out of range", "a number above 0")]
    [InlineData("switch-moe --load-balancing -1", "--load-balancing", "-1 is out of range", "0 to 1E+30")]
    [InlineData("switch-moe --z-loss -1", "--z-loss", "-1 is out of range", "0 to 1E+30")]
    [InlineData("switch-moe --jitter 1", "--jitter", "1 is out of range", "0 up to, but not including, 1")]
    [InlineData("dense-cnn --threads 0", "--threads", "0 is out of range", "1 to ")]
    [InlineData("dense-cnn --threads 1000000000", "--threads", "1000000000 is out of range", "1 to ")]
    [InlineData("dense-cnn --difficulty 2", "--difficulty", "2 is no difficulty", "0 (easy) to 1")]
    [InlineData("dense-cnn --difficulty 0.2 --data /nowhere", "--difficulty", "only synthetic data have a difficulty", "leave --data out")]
    [InlineData("language-model --difficulty 0.2", "--difficulty", "only synthetic data have a difficulty", "language-model trains on real text")]
    [InlineData("dense-cnn --data /nowhere", "/nowhere", "the folder with cifar10 does not exist", "'sparseprof data get cifar10 /nowhere' downloads")]
    [InlineData("language-model --data /nowhere", "/nowhere", "the folder of text does not exist", "another --data")]
    [InlineData("dense-cnn --resume", "--resume", "there is nothing to resume from", "name the checkpoint with --checkpoint FILE")]
    [InlineData("dense-cnn --checkpoint-every 10s", "--checkpoint-every", "there is nothing to keep so often", "name the checkpoint with --checkpoint FILE")]
    [InlineData("dense-cnn --checkpoint c --checkpoint-every 0s", "--checkpoint-every", "'0s' is not a time", "90s, 10m, 1h")]
    [InlineData("dense-cnn --jobs 2", "--jobs", "one training is one job", "leave --jobs out")]
    [InlineData("dense-cnn --sweep default", "--sweep", "a sweep says itself what it trains", "leave the workload out")]
    [InlineData("--sweep default --steps 5", "--steps", "--steps is of one training", "leave --steps out, or write it into the file")]
    [InlineData("--sweep default --checkpoint c", "--checkpoint", "--checkpoint is of one training", "leave --checkpoint out")]
    [InlineData("--sweep default --jobs 0", "--jobs", "0 is out of range", "1 to ")]
    [InlineData("--sweep no-such-file.json", "no-such-file.json", "the sweep cannot be read", "name a JSON file, or 'default'")]
    [InlineData("--sweep /tmp", "/tmp", "it is a folder", "name a JSON file, or 'default'")]
    [InlineData("--sweep default --gpu 0", "--gpu", "a sweep trains on the processor", "leave --gpu out")]
    public async Task A_wrong_flag_is_refused_before_anything_is_trained(string flags, string where, string what, string remedy)
    {
        var database = Path.Combine(_folder, "new.db");

        var (exitCode, output, errors) = await ConsoleCapture.RunAsync(["train", "--db", database, .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.Equal(2, exitCode);
        Assert.StartsWith("error: ", errors, StringComparison.Ordinal);
        Assert.Contains(what, errors.Split('\n')[0], StringComparison.Ordinal);
        Assert.Equal(where.Length == 0 ? [] : [$"  where:   {where}"], errors.ReplaceLineEndings("\n").Split('\n').Where(line => line.StartsWith("  where:", StringComparison.Ordinal)));
        Assert.Contains(remedy, errors, StringComparison.Ordinal);
        Assert.Contains("  next:    ", errors, StringComparison.Ordinal);
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
