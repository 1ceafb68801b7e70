using SparseProf.Cli.Output;

namespace SparseProf.Cli.Tests.Output;

public class ProgressLineTests
{
    [Fact]
    public void Without_a_terminal_each_step_is_a_plain_line()
    {
        var output = new StringWriter();
        var progress = new ProgressLine(output, isTerminal: false, () => 80);

        progress.Step("gemm 128x3072x768", 1, 2, 0);
        progress.Finish();

        Assert.Equal("[1/2] gemm 128x3072x768", output.ToString().TrimEnd());
    }

    [Fact]
    public void On_a_terminal_the_line_is_redrawn_and_never_wraps()
    {
        var output = new StringWriter();
        var progress = new ProgressLine(output, isTerminal: true, () => 40);

        progress.Step(new string('x', 100), 1, 2, 0.5);

        Assert.StartsWith("\r━━━━━━━━━━━━────────────", output.ToString());
        Assert.Equal(40, output.ToString().Length);
        Assert.DoesNotContain('\n', output.ToString());
    }

    [Theory]
    [InlineData(0.5, 30, "30 s")]
    [InlineData(0.25, 60, "3:00 min")]
    [InlineData(0.001, 60, null)]
    public void Time_left_follows_from_the_share_that_is_done(double share, double elapsed, string? left) =>
        Assert.Equal(left, ProgressLine.TimeLeft(share, TimeSpan.FromSeconds(elapsed)));
}
