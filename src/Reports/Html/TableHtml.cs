using System.Globalization;
using System.Text;
using SparseProf.Reports.Document;

namespace SparseProf.Reports.Html;

/// <summary>A table; columns in which nothing stands are left out. Numbers carry their value and quantity, so the page can change units.</summary>
internal static class TableHtml
{
    /// <summary>What a reader may scroll through, and a browser print.</summary>
    private const int MostRows = 2000;

    // Rows that a page takes without leaving half a page white.
    private const int MostUnbroken = 12;

    public static void Write(StringBuilder page, Table table)
    {
        var columns = Enumerable.Range(0, table.Columns.Count).Where(i => table.Rows.Any(row => !row[i].IsEmpty && row[i].Text is not "")).ToList();
        page.Append($"<div class=\"table{(table.Dense ? " dense" : "")}{(table.Rows.Count <= MostUnbroken ? " short" : "")}\" id=\"table-{HtmlText.Escape(table.Id)}\"><table>");
        page.Append($"<caption>{HtmlText.Escape(table.Caption)} <button class=\"csv screen\" data-table=\"{HtmlText.Escape(table.Id)}\">CSV</button></caption><thead><tr>");
        foreach (var column in columns.Select(i => table.Columns[i]))
            page.Append($"<th scope=\"col\"{(column.IsText ? "" : " class=\"n\"")} data-name=\"{HtmlText.Escape(column.Name)}\">{HtmlText.Escape(column.Header)}</th>");
        page.Append("</tr></thead><tbody>\n");
        foreach (var row in table.Rows.Take(MostRows))
        {
            page.Append("<tr>");
            foreach (var i in columns)
                Write(page, row[i], table.Columns[i]);
            page.Append("</tr>\n");
        }

        page.Append("</tbody></table>");
        if (table.Rows.Count > MostRows)
            page.Append($"<p class=\"reading\">The first {MostRows:N0} of {table.Rows.Count:N0} rows. {HtmlText.Prose("'sparseprof report --csv DIR'")} writes all.</p>");
        page.Append("</div>\n");
    }

    private static void Write(StringBuilder page, Cell cell, Column column)
    {
        if (column.IsText)
        {
            var tone = column.Name == "verdict" ? $" class=\"v {HtmlText.Escape(cell.Text)}\"" : "";
            page.Append($"<td{tone}>{HtmlText.Escape(cell.Text)}</td>");
        }
        else if (cell.Estimate is { } estimate)
        {
            page.Append($"<td class=\"n\" data-q=\"{column.Quantity}\" data-v=\"{Number(estimate.Value)}\" data-l=\"{Number(estimate.Low)}\" data-h=\"{Number(estimate.High)}\">{HtmlText.Escape(QuantityText.Of(estimate.Value, column.Quantity))} <small>{HtmlText.Escape(QuantityText.Interval(estimate, column.Quantity))}</small></td>");
        }
        else if (cell.Number is { } number)
        {
            page.Append($"<td class=\"n\" data-q=\"{column.Quantity}\" data-v=\"{Number(number)}\">{HtmlText.Escape(QuantityText.Of(number, column.Quantity))}</td>");
        }
        else
        {
            page.Append($"<td class=\"n\">{HtmlText.Escape(cell.Text)}</td>");
        }
    }

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("G9", CultureInfo.InvariantCulture) : "";
}
