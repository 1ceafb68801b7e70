using System.Diagnostics;

namespace SparseProf.Cli.Output;

/// <summary>
/// Progress with the time left, on standard error: one line redrawn in place on a terminal, a plain line for each step
/// elsewhere.
/// </summary>
internal sealed class ProgressLine(TextWriter output, bool isTerminal, Func<int> width)
{
    private const int BarWidth = 24;
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private int _drawn;

    public static ProgressLine OnStandardError() =>
        new(Console.Error, !Console.IsErrorRedirected, () => Console.IsErrorRedirected ? 80 : Math.Max(20, Console.WindowWidth));

    /// <summary>Shows the step that begins.</summary>
    /// <param name="share">The share of the whole work that is done, 0 to 1, by expected time.</param>
    public void Step(string title, int step, int steps, double share)
    {
        var left = TimeLeft(share, _elapsed.Elapsed);
        if (!isTerminal)
        {
            output.WriteLine($"[{step}/{steps}] {title}{(left is null ? "" : $"  ({left} left)")}");
            return;
        }

        var filled = (int)Math.Round(Math.Clamp(share, 0, 1) * BarWidth);
        Draw($"{new string('━', filled)}{new string('─', BarWidth - filled)} {step}/{steps}  ", title, left is null ? "" : $"  {left} left");
    }

    /// <summary>Clears the line so that results start on a clean one.</summary>
    public void Finish()
    {
        if (isTerminal)
            Draw("", "", "");
    }

    /// <summary>Time left as people say it, or null while too little is done to tell.</summary>
    internal static string? TimeLeft(double share, TimeSpan elapsed)
    {
        if (share is < 0.02 or >= 1)
            return null;
        var left = elapsed * ((1 - share) / share);
        return left.TotalSeconds < 60 ? $"{Math.Ceiling(left.TotalSeconds):0} s" : $"{(int)left.TotalMinutes}:{left.Seconds:00} min";
    }

    // Where the terminal is narrow the title is cut, and the time left stays. The line before may have been drawn on a wider one.
    private void Draw(string bar, string title, string left)
    {
        var room = width() - 1;
        var shown = Cut(bar, room - left.Length) + Cut(title, room - left.Length - bar.Length) + Cut(left, room);
        output.Write('\r' + shown.PadRight(Math.Min(_drawn, room)));
        if (shown.Length == 0)
            output.Write('\r');
        _drawn = shown.Length;
    }

    private static string Cut(string text, int room) => text.Length <= room ? text : text[..Math.Max(0, room)];
}
