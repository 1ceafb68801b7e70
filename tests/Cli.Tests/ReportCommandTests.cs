using SparseProf.Cli.Tests.Measure;
using SparseProf.Reports.Pdf;
using SparseProf.Testing;

namespace SparseProf.Cli.Tests;

[Collection(ConsoleCapture.Name)]
public sealed class ReportCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-report-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Without_a_browser_html_and_markdown_are_written_and_the_exit_code_is_3()
    {
        SyntheticStore.Write(At("x.db"), 10, 0);
        var before = Environment.GetEnvironmentVariable(Browser.Variable);
        try
        {
            Environment.SetEnvironmentVariable(Browser.Variable, At("no-browser"));
            var (exitCode, _, errors) = await ConsoleCapture.RunAsync("report", "--db", At("x.db"), "--pdf", At("r.pdf"));

            Assert.Equal(3, exitCode);
            Assert.Contains("apt-get install chromium", errors);
            Assert.True(File.Exists(At("r.html")));
            Assert.True(File.Exists(At("r.md")));
            Assert.False(File.Exists(At("r.pdf")));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Browser.Variable, before);
        }
    }

    [Fact]
    public async Task Every_export_is_written_where_it_was_asked_for()
    {
        SyntheticStore.Write(At("x.db"), 10, 100);

        var (exitCode, output, _) = await ConsoleCapture.RunAsync("report", "--db", At("x.db"), "--json", "--csv", At("tables"), "--markdown", At("r.md"), "--trace", At("t.json"), "--runs", "1", "--title", "Ours");

        Assert.Equal(0, exitCode);
        Assert.Contains("\"title\": \"Ours\"", output);
        Assert.StartsWith("## Ours", await File.ReadAllTextAsync(At("r.md"), TestContext.Current.CancellationToken));
        Assert.True(File.Exists(At("t.json")));
        Assert.True(File.Exists(Path.Combine(At("tables"), "kernels.csv")));
    }

    [Theory]
    [InlineData("--html", "missing/r.html", "does not exist")]
    [InlineData("--html", ".", "names a folder")]
    [InlineData("--csv", "x.db", "names a file")]
    [InlineData("--runs", "one", "is not the id of a run")]
    [InlineData("--region", "Atlantis", "unknown region")]
    [InlineData("--qps", "0", "out of range")]
    public async Task What_cannot_be_done_is_refused_before_anything_is_computed(string flag, string value, string message)
    {
        SyntheticStore.Write(At("x.db"), 10, 0);

        var (exitCode, _, errors) = await ConsoleCapture.RunAsync("report", "--db", At("x.db"), flag, flag is "--html" or "--csv" ? At(value) : value);

        Assert.Equal(2, exitCode);
        Assert.Contains(message, errors);
    }

    [Fact]
    public async Task A_database_that_is_not_there_cannot_be_served()
    {
        var (exitCode, _, errors) = await ConsoleCapture.RunAsync("serve", "--db", At("none.db"));

        Assert.Equal(2, exitCode);
        Assert.Contains("there is no database", errors);
    }

    private string At(string name) => Path.Combine(_folder, name);
}
