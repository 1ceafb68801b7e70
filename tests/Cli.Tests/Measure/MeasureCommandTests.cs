namespace SparseProf.Cli.Tests.Measure;

[Collection(ConsoleCapture.Name)]
public sealed class MeasureCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-measure-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--workload dense-transformr", "dense-transformer")]
    [InlineData("--suite kernel", "kernels")]
    [InlineData("--dtype bf16", "fp32 on the CPU")]
    [InlineData("--dtype float33", "--dtype")]
    [InlineData("--gpu 0", "--gpu and --cpu exclude each other")]
    [InlineData("--time-budget -5s", "a positive number with ms, s, m or h")]
    [InlineData("--time-budget 5", "a positive number with ms, s, m or h")]
    [InlineData("--batch -1", "1 to 4096")]
    [InlineData("--threads 0", "--threads")]
    [InlineData("--pattern csr@1.5", "0 < density <= 1")]
    [InlineData("--patern csr@0.5", "did you mean '--pattern'?")]
    public async Task A_wrong_flag_is_refused_before_anything_is_measured(string flags, string said)
    {
        var database = Path.Combine(_folder, "new.db");

        var (exitCode, output, errors) = await ConsoleCapture.RunAsync(["measure", "--cpu", "--db", database, .. flags.Split(' ')]);

        Assert.Equal(2, exitCode);
        Assert.StartsWith("error: ", errors, StringComparison.Ordinal);
        Assert.Contains(said, errors);
        Assert.DoesNotContain("   at ", errors);
        Assert.Empty(output);
        Assert.False(File.Exists(database));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_alone()
    {
        var foreign = Path.Combine(_folder, "letter.txt");
        var text = string.Join('\n', Enumerable.Repeat("This is not a database.", 100));
        await File.WriteAllTextAsync(foreign, text, TestContext.Current.CancellationToken);

        var (exitCode, _, errors) = await ConsoleCapture.RunAsync("measure", "--cpu", "--db", foreign);

        Assert.Equal(2, exitCode);
        Assert.Contains("the file is not a SQLite database", errors);
        Assert.Contains(foreign, errors);
        Assert.Equal(text, await File.ReadAllTextAsync(foreign, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_database_in_a_folder_that_does_not_exist_is_refused()
    {
        var (exitCode, _, errors) = await ConsoleCapture.RunAsync("measure", "--cpu", "--db", Path.Combine(_folder, "none", "new.db"));

        Assert.Equal(2, exitCode);
        Assert.Contains("does not exist", errors);
    }
}
