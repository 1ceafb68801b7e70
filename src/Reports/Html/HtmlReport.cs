using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SparseProf.Reports.Document;

namespace SparseProf.Reports.Html;

/// <summary>The report as one page that needs nothing else: styles, fonts, chart code and data are inside.</summary>
public static class HtmlReport
{
    private static readonly string[] s_chartCode = ["vega.js", "vega-lite.js", "vega-embed.js", "charts.js"];

    public static string Write(ReportDocument report)
    {
        var nonce = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(report.Title + report.MadeUtc.ToString("O"))))[..22];
        var page = new StringBuilder(1 << 20);
        Head(page, report.Title, nonce);
        page.Append("<body><a class=\"skip\" href=\"#decision\">Skip to the decision</a>\n");
        Bar(page);
        page.Append("<div class=\"sheet\">\n");
        Contents(page, report, "side screen");
        page.Append("<main>\n");
        Masthead(page, report);
        var figure = 0;
        foreach (var (section, number) in report.Sections.Select((section, i) => (section, i + 1)))
        {
            Write(page, section, number, ref figure);
            if (number == 1)
                Contents(page, report, "inline print");
        }

        page.Append("</main></div>\n");
        page.Append($"<script type=\"application/json\" id=\"charts\">{Charts(report)}</script>\n");
        Scripts(page, nonce, "report.js");
        return page.Append("</body></html>\n").ToString();
    }

    /// <summary>Everything up to the body.</summary>
    internal static void Head(StringBuilder page, string title, string nonce)
    {
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
        page.Append($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; font-src data:; img-src data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'\">\n");
        page.Append($"<title>{HtmlText.Escape(title)}</title>\n<style>\n{Assets.Fonts}{Assets.Text("report.css")}</style></head>\n");
    }

    /// <summary>Chart code, then the page's own.</summary>
    internal static void Scripts(StringBuilder page, string nonce, params string[] own)
    {
        foreach (var name in s_chartCode.Concat(own))
            page.Append($"<script nonce=\"{nonce}\">{Assets.Script(name)}</script>\n");
    }

    private static void Bar(StringBuilder page) => page.Append(
        """
        <div class="bar screen" role="toolbar" aria-label="Display">
        <strong>SparseProf</strong>
        <label>time <select data-unit="Time"><option value="">auto</option><option>s</option><option>ms</option><option>µs</option></select></label>
        <label>rate <select data-unit="Rate"><option value="">auto</option><option>GFLOP/s</option><option>TFLOP/s</option></select></label>
        <label>memory <select data-unit="Memory"><option value="">auto</option><option>MiB</option><option>GiB</option><option>MB</option><option>GB</option></select></label>
        <label>energy <select data-unit="Energy"><option value="">auto</option><option>J</option><option>mJ</option><option>Wh</option></select></label>
        <button id="theme" type="button">Dark</button>
        <button id="print" type="button">Print</button>
        </div>

        """);

    private static void Masthead(StringBuilder page, ReportDocument report) => page.Append(
        $"<header><p class=\"brand\">SparseProf deployment report</p><h1>{HtmlText.Escape(report.Title)}</h1><p class=\"meta\">{HtmlText.Escape(report.Subtitle)}</p>"
        + $"<p class=\"meta\">{report.MadeUtc.UtcDateTime:d MMMM yyyy, HH:mm} UTC · SparseProf {HtmlText.Escape(report.ProgramVersion)} · from {HtmlText.Escape(report.Source)}</p></header>\n");

    private static void Contents(StringBuilder page, ReportDocument report, string classes)
    {
        page.Append($"<nav class=\"contents {classes}\" aria-label=\"Contents\"><p class=\"nav-title\">Contents</p><ol>");
        foreach (var section in report.Sections)
            page.Append($"<li{(section.Missing is null ? "" : " class=\"absent\"")}><a href=\"#{section.Id}\"><span>{HtmlText.Escape(section.Title)}</span><i></i><b data-page=\"{section.Id}\"></b></a></li>");
        page.Append("</ol></nav>\n");
    }

    private static void Write(StringBuilder page, Section section, int number, ref int figure)
    {
        page.Append($"<section id=\"{section.Id}\"><h2><span>{number}</span> {HtmlText.Escape(section.Title)}</h2>\n");
        if (section.Missing is { } missing)
            page.Append($"<p class=\"missing\">{HtmlText.Prose(missing)}</p>\n");
        foreach (var block in section.Blocks)
            Write(page, block, ref figure);
        page.Append("</section>\n");
    }

    private static void Write(StringBuilder page, Block block, ref int figure)
    {
        switch (block)
        {
            case Block.Paragraph paragraph:
                page.Append($"<p>{HtmlText.Prose(paragraph.Text)}</p>\n");
                break;
            case Block.Heading heading:
                page.Append($"<h3>{HtmlText.Escape(heading.Text)}</h3>\n");
                break;
            case Block.Answer answer:
                page.Append($"<div class=\"answer {answer.Tone.ToString().ToLowerInvariant()}\"><p class=\"headline\">{HtmlText.Escape(answer.Headline)}</p><dl>");
                foreach (var (label, text) in answer.Lines)
                    page.Append($"<dt>{HtmlText.Escape(label)}</dt><dd>{HtmlText.Prose(text)}</dd>");
                page.Append("</dl></div>\n");
                break;
            case Block.Figures figures:
                page.Append("<dl class=\"figures\">");
                foreach (var item in figures.Items)
                    page.Append($"<div><dt>{HtmlText.Escape(item.Label)}</dt><dd class=\"value\">{HtmlText.Escape(item.Value)}</dd><dd>{HtmlText.Escape(item.Note)}</dd></div>");
                page.Append("</dl>\n");
                break;
            case Block.Points points:
                page.Append("<ul>");
                foreach (var item in points.Items)
                    page.Append($"<li>{HtmlText.Prose(item)}</li>");
                page.Append("</ul>\n");
                break;
            case Block.Terms terms:
                page.Append("<dl class=\"terms\">");
                foreach (var (term, meaning) in terms.Items)
                    page.Append($"<div><dt>{HtmlText.Escape(term)}</dt><dd>{HtmlText.Escape(meaning)}</dd></div>");
                page.Append("</dl>\n");
                break;
            case Block.TableBlock table:
                TableHtml.Write(page, table.Table);
                break;
            case Block.ChartBlock chart:
                Figure(page, chart.Chart, ++figure);
                break;
        }
    }

    private static void Figure(StringBuilder page, Chart chart, int number)
    {
        var id = HtmlText.Escape(chart.Id);
        page.Append($"<figure class=\"chart\" data-chart=\"{id}\"><figcaption><b>Figure {number}</b> {HtmlText.Escape(chart.Title)}</figcaption>");
        page.Append($"<div class=\"plot\" role=\"img\" aria-label=\"{HtmlText.Escape(chart.Alternative)}\"></div><p class=\"reading\">{HtmlText.Escape(chart.Reading)}</p>");
        page.Append($"<details class=\"data screen\"><summary>Data of this figure</summary><button type=\"button\" class=\"csv\" data-rows=\"{id}\">Download CSV</button><div class=\"rows\"></div></details></figure>\n");
    }

    private static string Charts(ReportDocument report)
    {
        var charts = new JsonObject();
        foreach (var chart in report.Charts)
            charts[chart.Id] = Json(chart);
        return HtmlText.Json(charts);
    }

    internal static JsonObject Json(Chart chart)
    {
        var units = new JsonObject();
        foreach (var (field, quantity) in chart.Units)
            units[field] = quantity.ToString();
        return new JsonObject { ["title"] = chart.Title, ["spec"] = chart.Spec.DeepClone(), ["units"] = units, ["rows"] = Columns(chart.Rows) };
    }

    /// <summary>Rows by column: field names once, not in every row.</summary>
    private static JsonObject Columns(IReadOnlyList<JsonObject> rows)
    {
        var fields = rows.SelectMany(row => row.Select(pair => pair.Key)).Distinct().ToList();
        var columns = new JsonObject();
        foreach (var field in fields)
            columns[field] = new JsonArray([.. rows.Select(row => row[field]?.DeepClone())]);
        return columns;
    }
}
