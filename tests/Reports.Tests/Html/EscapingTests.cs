using SparseProf.Ops;
using SparseProf.Reports.Export;
using SparseProf.Reports.Html;

namespace SparseProf.Reports.Tests.Html;

public class EscapingTests
{
    private const string Hostile = "<script>alert(1)</script>\"'&=cmd|' /C calc'!A0";

    [Fact]
    public void A_hostile_model_name_is_text_in_html_and_in_chart_data()
    {
        using var planted = TemporaryDatabase.Planted(10, 0, Hostile);

        var page = HtmlReport.Write(planted.Report());

        Assert.DoesNotContain("<script>alert(1)", page);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page);
        Assert.Contains("\\u003Cscript\\u003Ealert(1)", page);
    }

    [Fact]
    public void Markdown_takes_it_for_text_too()
    {
        using var planted = TemporaryDatabase.Planted(10, 0, Hostile + "[x](http://evil) @someone");

        var text = MarkdownExport.Write(planted.Report());

        Assert.DoesNotContain("<script>", text);
        Assert.DoesNotContain("[x](", text);
        Assert.DoesNotContain(" @someone", text);
    }

    [Fact]
    public void What_would_steer_a_terminal_is_replaced_and_lines_and_tabs_stay()
    {
        Assert.Equal("\ufffd[31mred\ufffd\ufffd\n\tµs ×", Printable.Of("\u001b[31mred\u0007\u202e\n\tµs ×"));
        Assert.Equal("\ufffd\\[31mred", MarkdownExport.Escape("\u001b[31mred"));
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData(" =1+1", "' =1+1")]
    [InlineData("\u001b[2Jname", "\ufffd[2Jname")]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    public void A_text_that_a_spreadsheet_would_run_gets_an_apostrophe(string text, string safe) => Assert.Equal(safe, CsvExport.Safe(text));

    [Fact]
    public void The_page_refers_to_nothing_outside_itself()
    {
        var page = HtmlReport.Write(TemporaryDatabase.WholeReport);
        var own = page[..page.IndexOf("<script nonce", StringComparison.Ordinal)];

        Assert.DoesNotContain("http://", own);
        Assert.DoesNotContain("https://", own);
        Assert.Contains("default-src 'none'", own);
    }

    [Fact]
    public void Every_section_is_in_the_contents_and_every_figure_has_a_text_alternative()
    {
        var report = TemporaryDatabase.WholeReport;

        var page = HtmlReport.Write(report);

        Assert.All(report.Sections, section => Assert.Contains($"<a href=\"#{section.Id}\">", page));
        Assert.All(report.Charts, chart => Assert.Contains($"aria-label=\"{HtmlText.Escape(chart.Alternative)}\"", page));
    }
}
