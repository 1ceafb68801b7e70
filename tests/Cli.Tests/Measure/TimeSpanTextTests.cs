using SparseProf.Cli.Commands;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Tests.Measure;

public class TimeSpanTextTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("10m", 600)]
    [InlineData("1h", 3600)]
    [InlineData("50ms", 0.05)]
    [InlineData("1.5H", 5400)]
    public void A_time_is_a_number_with_a_unit(string text, double seconds) =>
        Assert.Equal(seconds, TimeSpanText.Parse(text, "--time-budget")!.Value.Value, 1e-12);

    [Fact]
    public void No_text_is_no_time() => Assert.Null(TimeSpanText.Parse(null, "--time-budget"));

    [Theory]
    [InlineData("")]
    [InlineData("90")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("0s")]
    [InlineData("NaNs")]
    [InlineData("1e999h")]
    [InlineData("1,5h")]
    [InlineData("10 days")]
    public void Anything_else_is_refused_with_the_forms_that_are_allowed(string text)
    {
        var error = Assert.Throws<UserErrorException>(() => TimeSpanText.Parse(text, "--time-budget"));

        Assert.Equal((ErrorKind.WrongUsage, "--time-budget"), (error.Kind, error.Where));
        Assert.Contains("90s, 10m, 1h", error.Allowed);
    }
}
