using System.Text;
using SparseProf.Ops;
using SparseProf.Reports.Document;

namespace SparseProf.Reports.Export;

/// <summary>The summary for a pull request: the decision, what was compared, and what was not known.</summary>
public static class MarkdownExport
{
    private static readonly string[] s_sections = ["decision", "speedups", "break-even", "caveats"];

    public static string Write(ReportDocument report)
    {
        var text = new StringBuilder();
        text.Append($"## {Escape(report.Title)}\n\n{Escape(report.Subtitle)}. {report.MadeUtc.UtcDateTime:d MMMM yyyy}, SparseProf {Escape(report.ProgramVersion)}.\n");
        foreach (var section in report.Sections.Where(section => s_sections.Contains(section.Id)))
            Write(text, section);
        return text.ToString();
    }

    private static void Write(StringBuilder text, Section section)
    {
        text.Append($"\n### {Escape(section.Title)}\n");
        if (section.Missing is { } missing)
            text.Append($"\n{Escape(missing)}\n");
        foreach (var block in section.Blocks)
        {
            switch (block)
            {
                case Block.Answer answer:
                    text.Append($"\n**{Escape(answer.Headline)}**\n\n");
                    foreach (var (label, line) in answer.Lines)
                        text.Append($"- **{Escape(label)}:** {Escape(line)}\n");
                    break;
                case Block.Paragraph paragraph:
                    text.Append($"\n{Escape(paragraph.Text)}\n");
                    break;
                case Block.Heading heading:
                    text.Append($"\n#### {Escape(heading.Text)}\n");
                    break;
                case Block.Points points:
                    text.Append('\n').AppendJoin('\n', points.Items.Select(item => $"- {Escape(item)}")).Append('\n');
                    break;
                case Block.TableBlock table:
                    Write(text, table.Table);
                    break;
            }
        }
    }

    private static void Write(StringBuilder text, Table table)
    {
        var columns = Enumerable.Range(0, table.Columns.Count).Where(i => table.Rows.Any(row => !row[i].IsEmpty && row[i].Text is not "")).ToList();
        text.Append("\n| ").AppendJoin(" | ", columns.Select(i => Escape(table.Columns[i].Header))).Append(" |\n| ");
        text.AppendJoin(" | ", columns.Select(i => table.Columns[i].IsText ? "---" : "---:")).Append(" |\n");
        foreach (var row in table.Rows)
            text.Append("| ").AppendJoin(" | ", columns.Select(i => Escape(row[i].Print(table.Columns[i].Quantity)))).Append(" |\n");
    }

    /// <summary>What Markdown or HTML would take for markup is made plain.</summary>
    internal static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in Printable.Of(text))
        {
            _ = character switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '\n' or '\r' => escaped.Append(' '),
                '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '#' or '!' or '~' or '@' => escaped.Append('\\').Append(character),
                _ => escaped.Append(character),
            };
        }

        return escaped.ToString();
    }
}
