using System.Text;
using SparseProf.Reports.Html;
using SparseProf.Reports.Pdf;

namespace SparseProf.Reports.Tests.Pdf;

public class PdfTests
{
    // As Chromium writes them: plain objects, one cross-reference table.
    private static readonly string[] s_objects =
    [
        "<</Type /Catalog\n/Pages 2 0 R\n/Dests 6 0 R>>", "<</Type /Pages\n/Count 2\n/Kids [3 0 R 4 0 R]>>", "<</Type /Page\n/Parent 2 0 R\n/Contents 5 0 R>>", "<</Type /Page\n/Parent 2 0 R>>",
        "<</Length 3>> stream\nq Q\nendstream", "<</first [3 0 R /XYZ 0 700 0]\n/break-even [4 0 R /XYZ 0 700 0]>>",
    ];

    [Fact]
    public void Destinations_are_found_with_their_page()
    {
        var pages = PdfDestinations.Pages(Planted());

        Assert.Equal(1, pages["first"]);
        Assert.Equal(2, pages["break-even"]);
    }

    [Fact]
    public void A_file_of_another_layout_has_no_destinations_and_stays_as_it_is()
    {
        var other = Encoding.Latin1.GetBytes("%PDF-1.7\nsomething else entirely");

        Assert.Empty(PdfDestinations.Pages(other));
        Assert.Same(other, PdfCompaction.Compact(other));
    }

    [Fact]
    public async Task A_report_prints_with_vectors_page_numbers_and_under_two_megabytes()
    {
        var browser = Browser.Find();
        Assert.SkipWhen(browser is null, $"no browser: {Browser.Remedy}");

        var pdf = await PdfPrinter.PrintAsync(HtmlReport.Write(TemporaryDatabase.WholeReport), Paper.A4, browser, TestContext.Current.CancellationToken);

        var text = Encoding.Latin1.GetString(pdf);
        Assert.StartsWith("%PDF-", text);
        Assert.DoesNotContain("/Subtype /Image", text);
        Assert.InRange(pdf.Length, 50_000, 2_000_000);
    }

    private static byte[] Planted()
    {
        var text = new StringBuilder("%PDF-1.4\n");
        var offsets = new List<int>();
        foreach (var (body, i) in s_objects.Select((body, i) => (body, i)))
        {
            offsets.Add(text.Length);
            text.Append($"{i + 1} 0 obj\n{body}\nendobj\n");
        }

        var table = text.Length;
        text.Append($"xref\n0 {offsets.Count + 1}\n0000000000 65535 f \n");
        foreach (var offset in offsets)
            text.Append($"{offset:0000000000} 00000 n \n");
        return Encoding.Latin1.GetBytes(text.Append($"trailer\n<</Size {offsets.Count + 1}\n/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n").ToString());
    }
}
