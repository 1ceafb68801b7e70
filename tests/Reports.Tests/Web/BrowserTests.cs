using SparseProf.Ops;
using SparseProf.Reports.Html;
using SparseProf.Reports.Pdf;
using SparseProf.Reports.Web;
using SparseProf.Store;
using SparseProf.Store.Rows;
using SparseProf.Testing;

namespace SparseProf.Reports.Tests.Web;

/// <summary>The pages in a real browser, steered through its DevTools protocol.</summary>
public sealed class BrowserTests : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private BrowserProcess? _browser;
    private DevTools? _page;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (Browser.Find() is not { } path)
            return;
        _browser = await BrowserProcess.StartAsync(path, Cancel);
        _page = await DevTools.OpenAsync(_browser, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (_page is not null)
            await _page.DisposeAsync();
        if (_browser is not null)
            await _browser.DisposeAsync();
    }

    [Fact]
    public async Task The_report_draws_every_chart_without_an_error_and_answers_to_its_controls()
    {
        var page = Page();
        using var folder = TemporaryDatabase.Empty();
        var report = TemporaryDatabase.WholeReport;
        var file = Path.Combine(folder.Folder, "report.html");
        await File.WriteAllTextAsync(file, HtmlReport.Write(report), Cancel);

        await page.NavigateAsync(new Uri(file), Cancel);
        await ReadyAsync(page);

        Assert.Equal(report.Charts.Count(), await NumberAsync(page, "window.sparseprof.drawn"));
        Assert.Equal(report.Charts.Count(), await NumberAsync(page, "document.querySelectorAll('figure .plot svg').length"));
        Assert.True(await NumberAsync(page, "Math.min(...[...document.querySelectorAll('figure .plot svg')].map(svg => svg.querySelectorAll('path').length))") > 2);

        // Tooltip: the pointer rests on a mark of the first chart.
        var mark = (await page.EvaluateAsync("(() => { const mark = [...document.querySelectorAll('[data-chart=decision] svg .mark-symbol path')].at(-1); mark.scrollIntoView({ block: 'center' }); const box = mark.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()", Cancel))!;
        await page.SendAsync("Input.dispatchMouseEvent", new() { ["type"] = "mouseMoved", ["x"] = (double)mark[0]!, ["y"] = (double)mark[1]! }, Cancel);
        await page.WaitForAsync("document.querySelector('#vg-tooltip-element.visible')?.textContent.includes('delivered')", s_patience, Cancel);

        // Units: the table and the axis change together.
        await page.EvaluateAsync("(() => { const s = document.querySelector('select[data-unit=Time]'); s.value = 's'; s.dispatchEvent(new Event('change')); })()", Cancel);
        await ReadyAsync(page);
        Assert.EndsWith(" s", await TextAsync(page, "document.querySelector('#table-models td[data-q=Time]').firstChild.textContent"));
        Assert.Contains("(s, logarithmic)", await TextAsync(page, "document.querySelector('[data-chart=latency] svg').textContent"));

        // Filter, sort, data and CSV of a figure.
        await page.EvaluateAsync("(() => { const f = document.querySelector('#table-kernels .filter'); f.value = 'csr@0.05'; f.dispatchEvent(new Event('input')); })()", Cancel);
        Assert.Equal(4, await NumberAsync(page, "[...document.querySelectorAll('#table-kernels tbody tr')].filter(r => !r.hidden).length"));
        await page.EvaluateAsync("[...document.querySelectorAll('#table-kernels .sort')].find(b => b.textContent === 'time').click()", Cancel);
        Assert.Equal("ascending", await TextAsync(page, "[...document.querySelectorAll('#table-kernels th')].find(t => t.dataset.name === 'time').getAttribute('aria-sort')"));
        await page.EvaluateAsync("document.querySelector('[data-chart=decision] details').open = true", Cancel);
        await page.WaitForAsync("document.querySelectorAll('[data-chart=decision] .rows tr').length === 2", s_patience, Cancel);

        // Dark, and the keyboard reaches the skip link first.
        await page.EvaluateAsync("document.getElementById('theme').click()", Cancel);
        await ReadyAsync(page);
        await page.SendAsync("Input.dispatchKeyEvent", new() { ["type"] = "keyDown", ["key"] = "Tab", ["code"] = "Tab", ["windowsVirtualKeyCode"] = 9 }, Cancel);
        Assert.NotEqual("BODY", await TextAsync(page, "document.activeElement.tagName"));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_hostile_name_is_drawn_as_text_and_another_language_changes_no_number()
    {
        var page = Page();
        using var planted = TemporaryDatabase.Planted(10, 0, "<img src=x onerror=alert(1)><script>alert(1)</script>");
        var file = Path.Combine(planted.Folder, "report.html");
        await File.WriteAllTextAsync(file, HtmlReport.Write(planted.Report()), Cancel);
        const string Drawn = "[...document.querySelectorAll('svg')].map(svg => svg.textContent).join()";

        await page.NavigateAsync(new Uri(file), Cancel);
        await ReadyAsync(page);
        var english = await TextAsync(page, Drawn);
        await page.SendAsync("Emulation.setLocaleOverride", new() { ["locale"] = "de-DE" }, Cancel);
        await page.NavigateAsync(new Uri("about:blank"), Cancel);
        await page.NavigateAsync(new Uri(file), Cancel);
        await ReadyAsync(page);

        Assert.Contains("<img src=x onerror=alert(1)>", english);
        Assert.Equal(0, await NumberAsync(page, "document.querySelectorAll('main img, main script, svg image, svg foreignObject').length"));
        Assert.Equal("1,5", await TextAsync(page, "(1.5).toLocaleString()"));
        Assert.Equal(english, await TextAsync(page, Drawn));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task The_live_page_shows_runs_draws_compares_and_follows_a_new_measurement()
    {
        var page = Page();
        using var database = TemporaryDatabase.Planted(20, 200);
        await using var server = await LiveServer.StartAsync(database.Path, 0, Cancel);

        await page.NavigateAsync(server.Address, Cancel);
        await ReadyAsync(page);
        Assert.Equal(23, await NumberAsync(page, "document.querySelectorAll('#measurement-table tbody tr').length"));
        Assert.True(await NumberAsync(page, "document.querySelectorAll('#figures svg').length") >= 5);

        await page.EvaluateAsync("(() => { const f = document.getElementById('filter'); f.value = 'csr@0.05'; f.dispatchEvent(new Event('input')); })()", Cancel);
        Assert.Equal("2 of 23 measurements", await TextAsync(page, "document.getElementById('shown').textContent"));
        await page.EvaluateAsync("(() => { const f = document.getElementById('filter'); f.value = ''; f.dispatchEvent(new Event('input')); })()", Cancel);
        await page.EvaluateAsync("document.querySelectorAll('#measurement-table tbody tr')[0].querySelector('[name=baseline]').click()", Cancel);
        await page.EvaluateAsync("document.querySelectorAll('#measurement-table tbody tr')[1].querySelector('[name=candidate]').click()", Cancel);
        await page.WaitForAsync("/is (faster than|slower than|undecided against|the same as) 1: speedup/.test(document.getElementById('comparison').textContent)", s_patience, Cancel);
        await page.EvaluateAsync("document.querySelector('#measurement-table .link').click()", Cancel);
        await page.WaitForAsync("document.querySelector('#raw-figure svg')", s_patience, Cancel);

        using var writer = MeasurementWriter.Open(database.Path);
        var run = writer.BeginRun(SyntheticStore.Run() with { StartedUtc = DateTimeOffset.UtcNow }, []);
        var gemm = new Gemm(new GemmShape(8, 8, 8), DType.Fp32, SparsityPattern.Dense.Instance);
        SyntheticStore.Measure(writer, run, MeasurementCase.For(gemm, "dense", TimingMode.Hot, Execution.Dense, verified: true), 1e-6, 8, new Random(1));
        await page.WaitForAsync("document.getElementById('doing').textContent.startsWith('Run 2 measures gemm')", s_patience, Cancel);
        await page.WaitForAsync("document.querySelectorAll('#measurement-table tbody tr').length === 1", s_patience, Cancel);
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task The_live_page_can_be_used_by_keyboard_alone_and_says_what_it_waits_for_when_empty()
    {
        var page = Page();
        using var database = TemporaryDatabase.Planted(20, 200);
        await using var server = await LiveServer.StartAsync(database.Path, 0, Cancel);
        await page.NavigateAsync(server.Address, Cancel);
        await ReadyAsync(page);

        await TabToAsync(page, "document.activeElement.id === 'theme'");
        var before = await TextAsync(page, "document.documentElement.dataset.theme");
        await PressAsync(page, " ", "Space", 32);
        Assert.NotEqual(before, await TextAsync(page, "document.documentElement.dataset.theme"));
        await TabToAsync(page, "document.activeElement.id === 'filter'");
        await page.SendAsync("Input.insertText", new() { ["text"] = "csr@0.05" }, Cancel);
        await page.WaitForAsync("document.getElementById('shown').textContent === '2 of 23 measurements'", s_patience, Cancel);
        await TabToAsync(page, "document.activeElement.matches('#measurement-table .link')");
        await PressAsync(page, "\r", "Enter", 13);
        await page.WaitForAsync("document.querySelector('#raw-figure svg')", s_patience, Cancel);

        using var empty = TemporaryDatabase.Empty();
        await using var waiting = await LiveServer.StartAsync(empty.Path, 0, Cancel);
        await page.NavigateAsync(waiting.Address, Cancel);
        await page.WaitForAsync("document.getElementById('doing')?.textContent.includes('sparseprof measure starts one')", s_patience, Cancel);
        Assert.Empty(page.Errors);
    }

    private static async Task TabToAsync(DevTools page, string condition)
    {
        for (var presses = 0; presses < 40; presses++)
        {
            await PressAsync(page, "", "Tab", 9);
            if ((bool)(await page.EvaluateAsync(condition, Cancel))!)
                return;
        }

        Assert.Fail($"no press of Tab reaches {condition}");
    }

    private static async Task PressAsync(DevTools page, string text, string code, int key)
    {
        await page.SendAsync("Input.dispatchKeyEvent", new() { ["type"] = text.Length > 0 ? "keyDown" : "rawKeyDown", ["key"] = code == "Space" ? " " : code, ["code"] = code, ["text"] = text, ["windowsVirtualKeyCode"] = key }, Cancel);
        await page.SendAsync("Input.dispatchKeyEvent", new() { ["type"] = "keyUp", ["key"] = code == "Space" ? " " : code, ["code"] = code, ["windowsVirtualKeyCode"] = key }, Cancel);
    }

    private static Task ReadyAsync(DevTools page) => page.WaitForAsync("window.sparseprof && window.sparseprof.ready", s_patience, Cancel);

    private static async Task<int> NumberAsync(DevTools page, string expression) => (int)(double)(await page.EvaluateAsync(expression, Cancel))!;

    private static async Task<string> TextAsync(DevTools page, string expression) => (string)(await page.EvaluateAsync(expression, Cancel))!;

    private DevTools Page()
    {
        Assert.SkipWhen(_page is null, $"no browser: {Browser.Remedy}");
        return _page;
    }
}
