using SparseProf.Ops.Errors;
using SparseProf.Reports;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;
using SparseProf.Reports.Export;
using SparseProf.Reports.Html;
using SparseProf.Reports.Pdf;

namespace SparseProf.Cli.Commands;

/// <summary>Where a report goes. Paths are checked before anything is computed.</summary>
internal sealed record ReportTargets(string? Html, string? Pdf, Paper Paper, string? Markdown, string? Csv, string? Trace, bool Json)
{
    private bool Nothing => Html is null && Pdf is null && Markdown is null && Csv is null && Trace is null && !Json;

    public async Task WriteAsync(ReportRequest request, CancellationToken cancel)
    {
        // Asked for nothing in particular: the page, and the PDF where it can be had.
        var targets = Nothing ? this with { Html = "sparseprof-report.html", Pdf = Browser.Find() is null ? null : "sparseprof-report.pdf" } : this;
        foreach (var path in new[] { targets.Html, targets.Pdf, targets.Markdown, targets.Trace }.OfType<string>())
            CheckWritable(path);
        if (targets.Csv is { } folder)
            CheckFolder(folder);
        var browser = targets.Pdf is null ? null : Browser.Find();
        var report = ReportBuilder.Build(request);
        if (targets.Json)
            Console.Out.WriteLine(JsonExport.Write(report));
        if (targets.Markdown is { } markdown)
            Save(markdown, MarkdownExport.Write(report));
        if (targets.Csv is { } tables)
        {
            Directory.CreateDirectory(tables);
            foreach (var (name, content) in CsvExport.Files(report))
                File.WriteAllText(Path.Combine(tables, name), content);
            Say($"{tables}: {Directory.GetFiles(tables, "*.csv").Length} tables");
        }

        if (targets.Trace is { } trace)
            Save(trace, ChromeTrace.Write(request.Database, request.Runs is [var run] ? run : null));
        if (targets.Html is null && targets.Pdf is null)
            return;
        var page = HtmlReport.Write(report);
        // Without a browser the page stands in for the PDF.
        if ((targets.Html ?? (browser is null ? Path.ChangeExtension(targets.Pdf, ".html") : null)) is { } html)
            Save(html, page);
        if (targets.Pdf is not { } pdf)
            return;
        if (browser is null)
        {
            if (targets.Markdown is null)
                Save(Path.ChangeExtension(pdf, ".md"), MarkdownExport.Write(report));
            Browser.Require();
        }

        var printed = await PdfPrinter.PrintAsync(page, targets.Paper, browser!, cancel);
        await File.WriteAllBytesAsync(pdf, printed, cancel);
        Say($"{pdf}: {printed.Length / 1024} KiB");
    }

    private static void Save(string path, string content)
    {
        File.WriteAllText(path, content);
        Say($"{path}: {new FileInfo(path).Length / 1024} KiB");
    }

    // Standard output may be a JSON document.
    private static void Say(string line) => Console.Error.WriteLine(line);

    /// <exception cref="UserErrorException">The file cannot be written.</exception>
    private static void CheckWritable(string path)
    {
        if (Directory.Exists(path))
            throw Unwritable(path, "the path names a folder, not a file");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
            throw Unwritable(path, $"the folder '{folder}' does not exist");
        var existed = File.Exists(path);
        try
        {
            using (File.Open(path, FileMode.OpenOrCreate, FileAccess.Write))
            {
            }

            if (!existed)
                File.Delete(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, refused is FileNotFoundException ? $"the folder '{folder}' takes no new files" : $"the file cannot be written: {refused.Message.TrimEnd('.')}");
        }
    }

    private static void CheckFolder(string path)
    {
        if (File.Exists(path))
            throw Unwritable(path, "the path names a file, not a folder");
    }

    private static UserErrorException Unwritable(string path, string what) => new(ErrorKind.WrongUsage, what) { Where = path, Next = "name another path" };
}
