using System.CommandLine;
using SparseProf.Cli.Commands;
using SparseProf.CostModel.Scaling;
using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Fitting;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Tests.Scaling;

public sealed class FitScalingTests : IDisposable
{
    private const string Header = "parameters,tokens,sparsity,loss";
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-scaling-").FullName;

    [Fact]
    public void A_fit_is_told_with_its_parameters_certificate_and_next_step()
    {
        var text = Report("chinchilla", SyntheticRows([0], [1e9, 8e9, 6.4e10]), resamples: 0).Split('\n');
        Assert.StartsWith("chinchilla: L = L* + a/N^α + c/D^β", text[0], StringComparison.Ordinal);
        Assert.Equal("15 runs, Huber, δ = 0.001 on log residuals, N counts active parameters, 0 resamples, seed 0", text[1]);
        Assert.Equal(["parameter", "value", "95 % low", "95 % high", "std. error"], text[3].Split("  ", StringSplitOptions.RemoveEmptyEntries).Select(cell => cell.Trim()));
        Assert.Equal(["L_star", "(E)", "1.7", "–", "–", "–"], Cells(text, "L_star"));
        Assert.Equal(["a", "(A)", "400", "–", "–", "–"], Cells(text, "a"));
        Assert.Equal(["beta", "0.37", "–", "–", "–"], Cells(text, "beta"));
        Assert.Contains(text, line => line.StartsWith("certificate: 6 of 6 polished starts agree on this optimum", StringComparison.Ordinal));
        Assert.Contains("  every parameter is identified by these runs", text);
        Assert.Contains("next: --out fit.json keeps the fit for 'sparseprof advise allocation' and 'sparseprof advise sparsity'", text);
    }

    [Fact]
    public void A_constant_D_is_told_as_the_reason_why_c_and_beta_are_not_identified()
    {
        var text = Report("paper", SyntheticRows([0, 0.5, 0.9], [1e10]), resamples: 0);
        Assert.Contains("  c is not identified because D is about 1e+10 in every row, so the term cannot be told from that of L_star\n", text, StringComparison.Ordinal);
        Assert.Contains("  beta is not identified because D is about 1e+10 in every row\n", text, StringComparison.Ordinal);
        Assert.Contains("  caution: D does not vary: L_star stands for L* + c/D^β at this D, and no allocation follows\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_misspelt_header_names_the_column_that_was_meant()
    {
        var error = Fails($"{Header.Replace("sparsity", "sparsty")}\n1e8,1e9,0,3\n");
        Assert.Equal("the CSV has no column 'sparsity'", error.Message);
        Assert.EndsWith("runs.csv:1", error.Where, StringComparison.Ordinal);
        Assert.Equal("if 'sparsty' was meant, rename it to 'sparsity'", error.Next);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("-0.1")]
    [InlineData("50")]
    public void A_sparsity_out_of_range_is_told_with_its_line(string sparsity)
    {
        var error = Fails($"{Header}\n1e8,1e9,0,3\n1e8,1e9,{sparsity},3\n");
        Assert.Equal($"the sparsity {sparsity} is out of range", error.Message);
        Assert.Contains("runs.csv:3", error.Where, StringComparison.Ordinal);
        Assert.Equal("0 (dense) up to, but not including, 1", error.Allowed);
        Assert.Equal(sparsity == "50" ? "if percent was meant, write 0.5" : null, error.Next);
    }

    [Fact]
    public void Fewer_rows_than_parameters_are_told_with_how_many_are_needed()
    {
        var error = Fails($"{Header}\n1e8,1e9,0,3\n2e8,2e9,0.5,2.8\n4e8,8e9,0.9,2.6\n");
        Assert.Equal("3 rows cannot tell the 6 parameters of the law 'paper'", error.Message);
        Assert.Equal("at least 6 rows; 18 or more for useful intervals", error.Allowed);
    }

    [Fact]
    public void A_cost_curve_that_does_not_start_dense_is_told_with_its_line()
    {
        var fit = Write("fit.json", """{"law":"paper","n":"total","parameters":{"L_star":1.7,"a":400,"b":250,"c":2000,"alpha":0.34,"beta":0.37}}""");
        var cost = Write("h.csv", "sparsity,relative_cost\n0.1,0.95\n0.5,0.7\n");
        var error = Assert.Throws<UserErrorException>(() => Run("advise", "sparsity", "--fit", fit, "--cost", cost, "--compute", "1e21"));
        Assert.Equal("the curve starts at S = 0.1", error.Message);
        Assert.Contains("h.csv:2", error.Where, StringComparison.Ordinal);
        Assert.Equal("a first row at S = 0, which the others are relative to", error.Allowed);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Report(string law, LossTable table, int resamples)
    {
        using var output = new StringWriter { NewLine = "\n" };
        FitScalingText.Write(ScalingAnalysis.Run(table, new ScalingRequest(law, Estimator.Default, resamples)), LossDoubts.Find(table), saved: null, output);
        return output.ToString();
    }

    private static string[] Cells(string[] text, string parameter) =>
        text.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).First(cells => cells.Length > 3 && cells[0] == parameter);

    /// <summary>Synthetic losses of the paper's law, without noise, at five sizes.</summary>
    private static LossTable SyntheticRows(double[] sparsities, double[] tokens) => new(
        [.. from s in sparsities
            from d in tokens
            from n in new[] { 1e7, 6e7, 3e8, 2e9, 1e10 }
            select new LossRow(n, d, s, 1.7 + (((400 * Math.Pow(1 - s, 0.34)) + (250 * s)) / Math.Pow(n, 0.34)) + (2000 / Math.Pow(d, 0.37)))],
        ParameterConvention.Active);

    private UserErrorException Fails(string csv) => Assert.Throws<UserErrorException>(() => Run("fit", "scaling", "--csv", Write("runs.csv", csv)));

    private static void Run(params string[] arguments) =>
        CommandTree.Build().Parse(arguments).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
