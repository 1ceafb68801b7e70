using SparseProf.Cli.Tests.Measure;

namespace SparseProf.Cli.Tests;

[Collection(ConsoleCapture.Name)]
public class WrongUsageTests
{
    [Theory]
    [InlineData("measure --batch 100000000000", "100000000000 is out of range", "--batch", "a whole number, of at most 2147483647")]
    [InlineData("measure --seed x", "'x' is not a whole number", "--seed", "a whole number, of at most 2147483647")]
    [InlineData("train --steps 1e300", "'1e300' is not a whole number", "--steps", "a whole number, of at most 9223372036854775807")]
    [InlineData("train --sparsity 90%", "'90%' is not a number", "--sparsity", "a number, with a point: 0.1, 1e-3")]
    [InlineData("train --learning-rate 0,1", "'0,1' is not a number", "--learning-rate", "a number, with a point: 0.1, 1e-3")]
    [InlineData("train --clip NaN", "'NaN' is not a number", "--clip", "a number, with a point: 0.1, 1e-3")]
    [InlineData("train --clip -Infinity", "'-Infinity' is not a number", "--clip", "a number, with a point: 0.1, 1e-3")]
    [InlineData("report --qps 1e400", "'1e400' is not a number", "--qps", "a number, with a point: 0.1, 1e-3")]
    [InlineData("reproduce table2 --difficulty 0,25", "'0,25' is not a number", "--difficulty", "a number, with a point: 0.1, 1e-3")]
    public async Task A_value_that_is_no_number_is_told_with_its_option(string line, string what, string where, string allowed)
    {
        var words = line.Split(' ');

        var (code, _, errors) = await ConsoleCapture.RunAsync(words);

        Assert.Equal(2, code);
        Assert.Equal($"error: {what}\n  where:   {where}\n  allowed: {allowed}\n  next:    'sparseprof {words[0]} --help' lists what is allowed\n", errors.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("train dense-cnn --steps 0", "where:   --steps\n  allowed: 1 or more\n  next:    'sparseprof train --help' lists what is allowed")]
    [InlineData("train dense-cnn --checkpoint  --steps 1", "error: the value is empty\n  where:   --checkpoint\n  next:    'sparseprof train --help' lists what is allowed")]
    [InlineData("sweep status --jsn", "did you mean '--json'? 'sparseprof sweep status --help' lists what is allowed")]
    public async Task A_refused_option_ends_with_the_next_step(string line, string end)
    {
        var (code, _, errors) = await ConsoleCapture.RunAsync(line.Split(' '));

        Assert.Equal(2, code);
        Assert.EndsWith(end + "\n", errors.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }
}
