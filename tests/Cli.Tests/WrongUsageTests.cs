using SparseProf.Cli.Tests.Measure;

namespace SparseProf.Cli.Tests;

[Collection(ConsoleCapture.Name)]
public class WrongUsageTests
{
    [Theory]
    [InlineData("--batch", "100000000000", "Cannot parse argument '100000000000' for option '--batch' as a whole number of at most 2147483647.")]
    [InlineData("--seed", "x", "Cannot parse argument 'x' for option '--seed' as a whole number of at most 2147483647.")]
    public async Task A_value_that_is_no_number_is_told_without_names_of_types(string option, string value, string message)
    {
        var (code, _, errors) = await ConsoleCapture.RunAsync("measure", option, value);

        Assert.Equal(2, code);
        Assert.Equal($"error: {message}\n  next:    'sparseprof measure --help' lists what is allowed\n", errors.ReplaceLineEndings("\n"));
    }
}
