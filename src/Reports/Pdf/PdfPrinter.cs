using System.Text.Json.Nodes;
using SparseProf.Ops.Errors;

namespace SparseProf.Reports.Pdf;

public enum Paper
{
    A4,
    Letter,
}

/// <summary>Prints a page of ours with a headless browser: vectors, embedded fonts, bookmarks, page numbers in the contents.</summary>
public static class PdfPrinter
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <param name="html">The page; it says in <c>window.sparseprof.ready</c> that everything is drawn.</param>
    /// <param name="browser">Path of the browser.</param>
    /// <exception cref="UserErrorException">The browser does not start, or the page fails in it.</exception>
    public static async Task<byte[]> PrintAsync(string html, Paper paper, string browser, CancellationToken cancel)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("sparseprof-page-").FullName, "report.html");
        // The page may be written while the browser starts.
        var writing = File.WriteAllTextAsync(file, html, cancel);
        try
        {
            await using var process = await BrowserProcess.StartAsync(browser, cancel);
            await using var page = await DevTools.OpenAsync(process, cancel);
            await writing;
            // Before the charts are drawn, so that they are drawn for paper.
            await page.SendAsync("Emulation.setEmulatedMedia", new JsonObject { ["media"] = "print" }, cancel);
            await page.NavigateAsync(new Uri(file), cancel);
            await page.WaitForAsync("window.sparseprof && window.sparseprof.ready", s_patience, cancel);
            if (await page.EvaluateAsync("window.sparseprof.errors.join('; ')", cancel) is { } errors && (string)errors! is { Length: > 0 } text)
                throw new UserErrorException(ErrorKind.Failed, $"a chart could not be drawn: {text}");
            var draft = await PrintAsync(page, paper, cancel);
            if (PdfDestinations.Pages(draft) is not { Count: > 0 } pages)
                return PdfCompaction.Compact(draft);
            var numbers = new JsonObject([.. pages.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value))]);
            await page.EvaluateAsync($"(pages => document.querySelectorAll('[data-page]').forEach(mark => {{ mark.textContent = pages[mark.dataset.page] ?? ''; }}))({numbers.ToJsonString()})", cancel);
            return PdfCompaction.Compact(await PrintAsync(page, paper, cancel));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    private static async Task<byte[]> PrintAsync(DevTools page, Paper paper, CancellationToken cancel)
    {
        var (width, height) = paper == Paper.A4 ? (210 / 25.4, 297 / 25.4) : (8.5, 11.0);
        var answer = await page.SendAsync("Page.printToPDF", new JsonObject
        {
            ["paperWidth"] = width,
            ["paperHeight"] = height,
            ["printBackground"] = true,
            ["preferCSSPageSize"] = false,
            ["displayHeaderFooter"] = false,
            ["generateTaggedPDF"] = true,
            ["generateDocumentOutline"] = true,
        }, cancel);
        return Convert.FromBase64String((string)answer["data"]!);
    }
}
