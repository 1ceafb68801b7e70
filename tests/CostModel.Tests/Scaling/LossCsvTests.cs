using FsCheck;
using FsCheck.Fluent;
using SparseProf.CostModel.Scaling.Advice;
using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Fitting;
using SparseProf.CostModel.Scaling.Laws;
using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Tests.Scaling;

public sealed class LossCsvTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("parameters,tokens,sparsty,loss\n1e6,1e9,0,3", "sparsty")]
    [InlineData("N,tokens,sparsity,loss\n1e6,1e9,0,3", "'N' was meant")]
    [InlineData("parameters,tokns,loss\n1e6,1e9,3", "tokns")]
    [InlineData("parameters,tokens,sparsity,los\n1e6,1e9,0,3", "'los'")]
    public void A_misspelt_column_is_named(string text, string named) => Assert.Contains(named, Refused(text).Next);

    [Theory]
    [InlineData("parameters,loss\n1e6,0", "column 2 (loss)")]
    [InlineData("parameters,loss\n1e6,-1", "column 2 (loss)")]
    [InlineData("parameters,loss\n1e6,NaN", "column 2 (loss)")]
    [InlineData("parameters,sparsity,loss\n1e6,1,3", "column 2 (sparsity)")]
    [InlineData("parameters,sparsity,loss\n1e6,-0.1,3", "column 2 (sparsity)")]
    [InlineData("parameters,tokens,loss\n1e6,,3\n1e6,1e9,3", "column 2 (tokens)")]
    public void A_bad_value_is_found_by_line_and_column(string text, string where) => Assert.Contains(where, Refused(text).Where);

    [Fact]
    public void Too_few_rows_are_refused_with_the_number_that_is_needed()
    {
        File.WriteAllText(_file, "parameters,tokens,loss\n1e6,1e9,3\n2e6,2e9,2.9\n");
        var error = Assert.Throws<UserErrorException>(() => new ScalingFitter(ScalingLaws.Find("chinchilla"), LossCsv.Read(_file), Estimator.Default));
        Assert.Contains("5", error.Allowed);
    }

    [Fact]
    public void Whatever_stands_in_the_file_it_is_read_or_refused_in_words() => Prop.ForAll<NonNull<string>, int>((text, line) =>
    {
        string[] lines = ["parameters,tokens,sparsity,loss", "1e6,1e9,0.5,3", "2e6,1e9,0,2.5"];
        lines[Math.Abs(line % lines.Length)] = text.Get;
        File.WriteAllLines(_file, lines);
        try
        {
            LossCsv.Read(_file);
        }
        catch (UserErrorException)
        {
            // Refused in words.
        }
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("sparsity,relative_cost\n0.5,1\n0.9,0.5")]
    [InlineData("sparsity,relative_cost\n0,1\n0.9,0")]
    [InlineData("sparsity,relative_cost\n0,1\n0.9,0.5\n0.5,0.7")]
    [InlineData("sparsity,relative_cost\n0,1")]
    public void A_cost_curve_that_cannot_be_one_is_refused(string text)
    {
        File.WriteAllText(_file, text);
        Assert.Equal(ErrorKind.WrongUsage, Assert.Throws<UserErrorException>(() => CostCurve.Read(_file)).Kind);
    }

    [Fact]
    public void Duplicates_and_total_counts_are_noticed()
    {
        File.WriteAllText(_file, "parameters,tokens,sparsity,loss\n1e6,1e9,0,3\n1e6,1e9,0,3\n2e6,1e9,0.5,2.9\n4e6,1e9,0.75,2.8\n8e6,1e9,0.875,2.7\n");
        var doubts = LossDoubts.Find(LossCsv.Read(_file));
        Assert.Contains(doubts, doubt => doubt.StartsWith("duplicate: lines 2, 3"));
        Assert.Contains(doubts, doubt => doubt.StartsWith("convention"));
    }

    private UserErrorException Refused(string text)
    {
        File.WriteAllText(_file, text);
        return Assert.Throws<UserErrorException>(() => LossCsv.Read(_file));
    }
}
