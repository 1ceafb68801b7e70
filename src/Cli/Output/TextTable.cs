using SparseProf.Ops;
using Spectre.Console;

namespace SparseProf.Cli.Output;

/// <summary>
/// A table for a terminal or a file: headers, a rule, columns of text (left) or numbers (right). Without a terminal it is
/// as wide as its content, so that nothing is cut in a log.
/// </summary>
internal sealed class TextTable
{
    private const int UnlimitedWidth = 400;

    private readonly Table _table = new Table().Border(TableBorder.Simple);

    public TextTable Text(params string[] headers) => Columns(headers, column => column.NoWrap());

    public TextTable Numbers(params string[] headers) => Columns(headers, column => column.RightAligned().NoWrap());

    /// <summary>A column of prose that may wrap.</summary>
    public TextTable Prose(string header) => Columns([header], _ => { });

    public TextTable Row(params string[] cells)
    {
        _table.AddRow([.. cells.Select(cell => new Markup(Markup.Escape(Printable.Of(cell))))]);
        return this;
    }

    public void Write(TextWriter output)
    {
        using var text = new StringWriter();
        var plain = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        plain.Profile.Width = output == Console.Out && !Console.IsOutputRedirected ? Console.WindowWidth : UnlimitedWidth;
        plain.Write(_table);
        foreach (var line in text.ToString().Split('\n'))
        {
            if (line.Trim().Length > 0)
                output.WriteLine(line.TrimEnd());
        }
    }

    private TextTable Columns(string[] headers, Action<TableColumn> shape)
    {
        foreach (var header in headers)
        {
            var column = new TableColumn(Markup.Escape(header));
            shape(column);
            _table.AddColumn(column);
        }

        return this;
    }
}
