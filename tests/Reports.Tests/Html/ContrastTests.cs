using System.Globalization;
using System.Text.RegularExpressions;
using SparseProf.Reports.Html;

namespace SparseProf.Reports.Tests.Html;

/// <summary>WCAG 2.2, success criteria 1.4.3 (text) and 1.4.11 (marks of charts).</summary>
public sealed partial class ContrastTests
{
    private const double Text = 4.5;
    private const double Marks = 3;

    [Fact]
    public void Text_stands_out_from_every_background_on_screen_in_the_dark_and_in_print()
    {
        var themes = Assets.Text("report.css").Split('\n').Where(line => line.StartsWith(":root", StringComparison.Ordinal)).Select(Colours).ToList();

        Assert.Equal(3, themes.Count);
        foreach (var theme in themes)
        {
            foreach (var (name, colour) in theme.Where(one => one.Key is not ("line" or "paper" or "wash")))
                Assert.All([theme["paper"], theme["wash"]], ground => Assert.True(Contrast(colour, ground) >= Text, $"{name} {colour} on {ground}: {Contrast(colour, ground):0.00}"));
        }
    }

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public void Charts_can_be_read_in_both_themes(string theme)
    {
        var code = Assets.Text("charts.js");
        var begin = code.IndexOf(theme + " = {", StringComparison.Ordinal);
        var palette = code[begin..code.IndexOf('}', begin)];
        var paper = Palette().Match(palette[palette.IndexOf("paper", StringComparison.Ordinal)..]).Value;
        var named = Named().Matches(palette).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["colour"].Value);

        Assert.All(["ink", "muted"], name => Assert.True(Contrast(named[name], paper) >= Text, $"{name}: {Contrast(named[name], paper):0.00}"));
        Assert.All(Palette().Matches(palette).Select(match => match.Value).Where(colour => colour != paper && colour != named["grid"]), colour => Assert.True(Contrast(colour, paper) >= Marks, $"{colour}: {Contrast(colour, paper):0.00}"));
    }

    private static Dictionary<string, string> Colours(string line) => Variables().Matches(line).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["colour"].Value);

    private static double Contrast(string one, string other)
    {
        var (lighter, darker) = (Math.Max(Luminance(one), Luminance(other)), Math.Min(Luminance(one), Luminance(other)));
        return (lighter + 0.05) / (darker + 0.05);
    }

    private static double Luminance(string colour)
    {
        var digits = colour.Length == 4 ? string.Concat(colour[1..].Select(digit => new string(digit, 2))) : colour[1..];
        double Part(int at) => int.Parse(digits.AsSpan(at, 2), NumberStyles.HexNumber) / 255.0 is var value && value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        return 0.2126 * Part(0) + 0.7152 * Part(2) + 0.0722 * Part(4);
    }

    [GeneratedRegex(@"--(?<name>\w+):(?<colour>#\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variables();

    [GeneratedRegex(@"(?<name>\w+): '(?<colour>#\w+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();

    [GeneratedRegex("#[0-9a-f]{6}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Palette();
}
