using System.Globalization;
using System.Text.Json.Nodes;
using SparseProf.Cli.Tests.Measure;

namespace SparseProf.Cli.Tests.Predict;

/// <summary>The CSV contract as a stranger meets it: a table in, predictions or one plain error out.</summary>
[Collection(ConsoleCapture.Name)]
public sealed class KernelCsvCommandTests : IDisposable
{
    private const string Header = "op,dtype,pattern,m,n,k,latency_s";
    private const string L4 = "nvidia-l4";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseprof-kernels");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("gemm,bf16,dense,abc,64,64,1e-5", "line 2, column 4 (m)", "'abc' is not a number")]
    [InlineData("gemm,bf16,dense,1,64,64,-1e-5", "line 2, column 7 (latency_s)", "a positive number")]
    [InlineData("gemm,bf16,dense,1,64,64,NaN", "line 2, column 7 (latency_s)", "finite")]
    [InlineData("gemm,bf16,dense,1e400,64,64,1e-5", "line 2, column 4 (m)", "finite")]
    [InlineData("gemmx,bf16,dense,1,64,64,1e-5", "line 2, column 1 (op)", "did you mean 'gemm'?")]
    [InlineData("gemm,bf17,dense,1,64,64,1e-5", "line 2, column 2 (dtype)", "did you mean 'bf16'?")]
    [InlineData("gemm,bf16,2-4,1,64,64,1e-5", "line 2, column 3 (pattern)", "2:4")]
    [InlineData("gemm,bf16,dense,1,64,64", "line 2", "7 fields")]
    [InlineData("gemm,bf16,dense,1,64,64,1e-5\ngemm,bf16,dense,2,64,64,1e-5", "", "at least 3 distinct shapes")]
    [InlineData("gemm,bf16,dense,1,64,64,1e-5\ngemm,bf16,dense,1,64,64,1e-5\ngemm,bf16,dense,1,64,64,1e-5\ngemm,bf16,dense,1,64,64,1e-5", "", "1 distinct shape")]
    [InlineData("", "", "no data rows")]
    public async Task A_table_that_cannot_be_fitted_says_where_and_what_is_allowed(string rows, string where, string said)
    {
        var csv = Csv(rows.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        var (exitCode, output, errors) = await ConsoleCapture.RunAsync("fit", "latency", "--csv", csv, "--profile", L4);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(where.Replace("line ", "kernels.csv:", StringComparison.Ordinal), errors, StringComparison.Ordinal);
        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_family_with_too_few_shapes_is_left_out_with_a_warning_and_the_rest_is_fitted()
    {
        var csv = Csv([.. Planted(20), "gemm,int8,dense,8,64,64,1e-5"]);

        var (exitCode, output, errors) = await ConsoleCapture.RunAsync("fit", "latency", "--csv", csv, "--profile", L4, "--json");

        Assert.Equal(0, exitCode);
        Assert.Contains("gemm/int8/dense is left out", errors, StringComparison.Ordinal);
        Assert.Equal("gemm/bf16/dense", (string?)Assert.Single(JsonNode.Parse(output)!["families"]!.AsArray())!["family"]);
    }

    [Fact]
    public async Task A_dtype_without_a_peak_is_refused_with_its_row_but_fitted_where_it_was_measured()
    {
        var csv = Csv([.. Planted(20).Select(row => row.Replace("bf16", "fp8", StringComparison.Ordinal))]);
        var calibration = Path.Combine(_folder.FullName, "cal.json");

        var refused = await ConsoleCapture.RunAsync("predict", "kernels", "--csv", csv, "--profile", "nvidia-a10");
        await ConsoleCapture.RunAsync("fit", "latency", "--csv", csv, "--profile", "nvidia-a10", "--out", calibration, "--json");
        var answered = await ConsoleCapture.RunAsync("predict", "kernels", "--csv", csv, "--profile", "nvidia-a10", "--calibration", calibration);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("kernels.csv:2", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("no peak for fp8", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(0, answered.ExitCode);
    }

    [Fact]
    public async Task What_was_learned_of_bf16_serves_fp16_as_a_transfer()
    {
        var calibration = Path.Combine(_folder.FullName, "cal.json");
        await ConsoleCapture.RunAsync("fit", "latency", "--csv", Csv(Planted(30)), "--profile", L4, "--out", calibration, "--json");

        var (_, output, _) = await ConsoleCapture.RunAsync("predict", "kernels", "--csv", Csv(["gemm,fp16,dense,64,1024,1024,"]), "--profile", L4, "--calibration", calibration);

        var row = output.Split('\n')[1].TrimEnd().Split(',');
        Assert.Equal(("transferred", "false"), (row[^2], row[^1]));
        Assert.InRange(double.Parse(row[^5], CultureInfo.InvariantCulture) / Seconds(64, 1024, 1024), 0.7, 1.4);
    }

    [Fact]
    public async Task A_shape_far_outside_what_was_measured_is_flagged_and_its_interval_is_wider()
    {
        var calibration = Path.Combine(_folder.FullName, "cal.json");
        await ConsoleCapture.RunAsync("fit", "latency", "--csv", Csv(Planted(30)), "--profile", L4, "--out", calibration, "--json");

        var (_, output, _) = await ConsoleCapture.RunAsync("predict", "kernels", "--csv", Csv(["gemm,bf16,dense,48,1024,1024,", "gemm,bf16,dense,1000000,60000,60000,"]), "--profile", L4, "--calibration", calibration);

        var rows = output.Split('\n')[1..3].Select(line => line.TrimEnd().Split(',')).ToArray();
        double Width(string[] row) => double.Parse(row[^3], CultureInfo.InvariantCulture) / double.Parse(row[^5], CultureInfo.InvariantCulture);
        Assert.Equal(("false", "true"), (rows[0][^1], rows[1][^1]));
        Assert.True(Width(rows[1]) > 1.5 * Width(rows[0]));
    }

    [Fact]
    public async Task An_output_that_cannot_be_written_is_refused_before_the_work()
    {
        var (exitCode, _, errors) = await ConsoleCapture.RunAsync("predict", "kernels", "--csv", Csv(Planted(3)), "--profile", L4, "--out", Path.Combine(_folder.FullName, "absent", "pred.csv"));

        Assert.Equal(2, exitCode);
        Assert.Contains("--out", errors, StringComparison.Ordinal);
    }

    private static double Seconds(double m, double n, double k) => 3e-6 + Math.Max(2 * m * n * k / 90e12, 2 * (m * n + n * k + m * k) / 270e9);

    private static string[] Planted(int rows) => [.. Enumerable.Range(0, rows).Select(i =>
    {
        var (m, n, k) = (8 << i % 6, 512 << i % 4, 512 << i / 6 % 3);
        return string.Create(CultureInfo.InvariantCulture, $"gemm,bf16,dense,{m},{n},{k},{Seconds(m, n, k)}");
    })];

    private string Csv(params string[] rows)
    {
        var path = Path.Combine(_folder.FullName, "kernels.csv");
        File.WriteAllLines(path, [Header, .. rows]);
        return path;
    }
}
