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

    [Fact]
    public void On_a_narrow_terminal_the_title_is_cut_and_the_time_left_stays()
    {
        var output = new StringWriter();
        var progress = new ProgressLine(output, isTerminal: true, () => 50);

        progress.Step("cases; 1 of 2 tasks ended, 1 running, 0 waiting", 4, 8, 0.5);

        Assert.StartsWith("\r━━━━━━━━━━━━──────────── 4/8  cases; 1  ", output.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(" s left", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(50, output.ToString().Length);
    }

    [Fact]
    public void On_a_terminal_that_became_narrower_the_line_is_cleared_without_wrapping()
    {
        var width = 80;
        var output = new StringWriter();
        var progress = new ProgressLine(output, isTerminal: true, () => width);
        progress.Step(new string('x', 100), 1, 2, 0);
        width = 40;

        progress.Finish();

        Assert.Equal('\r' + new string(' ', 39) + '\r', output.ToString()[80..]);
    }

    [Theory]
    [InlineData(0.5, 30, "30 s")]
    [InlineData(0.25, 60, "3:00 min")]
    [InlineData(0.001, 60, null)]
    public void Time_left_follows_from_the_share_that_is_done(double share, double elapsed, string? left) =>
        Assert.Equal(left, ProgressLine.TimeLeft(share, TimeSpan.FromSeconds(elapsed)));
}
