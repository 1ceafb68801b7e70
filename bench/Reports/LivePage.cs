using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Reports.Pdf;
using SparseProf.Store;
using SparseProf.Store.Rows;
using SparseProf.Testing;

namespace SparseProf.Bench.Reports;

/// <summary>
/// How long the live page takes in a browser: from the request to the drawn page, of a server just started and of one that
/// has answered before, and from a stored measurement to its row on the page.
/// </summary>
internal static class LivePage
{
    private const string Ready = "window.sparseprof && window.sparseprof.ready";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(string program, string database, int repeats)
    {
        await using var browser = await BrowserProcess.StartAsync(Browser.Require(), default);
        var (starts, firstShown, first, shown, again, updates) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        await using var page = await DevTools.OpenAsync(browser, default);
        // The browser's own first page is not ours to time.
        await page.NavigateAsync(new Uri("about:blank"), default);
        for (var repeat = 0; repeat < repeats; repeat++)
        {
            var began = Stopwatch.GetTimestamp();
            using var server = Process.Start(new ProcessStartInfo(program, ["serve", "--json", "--db", database]) { RedirectStandardOutput = true, UseShellExecute = false })!;
            try
            {
                var address = new Uri(JsonDocument.Parse(await Viewers.ReadDocumentAsync(server.StandardOutput)).RootElement.GetProperty("url").GetString()!);
                starts.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
                await LoadAsync(page, address, firstShown, first);
                await LoadAsync(page, address, shown, again);
                if (repeat == repeats - 1)
                    updates.AddRange(await UpdatesAsync(page, database, 4 * repeats));
                await page.NavigateAsync(new Uri("about:blank"), default);
            }
            finally
            {
                server.Kill();
            }
        }

        Tell("serve: from start to the address", starts);
        Tell("page: first answer of a server, measurements shown", firstShown);
        Tell("page: first answer of a server, all charts drawn", first);
        Tell("page: again, measurements shown", shown);
        Tell("page: again, all charts drawn", again);
        Tell("from a stored measurement to its row on the page", updates);
    }

    private static async Task LoadAsync(DevTools page, Uri address, List<double> shown, List<double> drawn)
    {
        await page.NavigateAsync(new Uri("about:blank"), default);
        var began = Stopwatch.GetTimestamp();
        await page.NavigateAsync(address, default);
        await page.WaitForAsync("document.querySelector('#measurement-table tbody tr')", s_patience, default);
        shown.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        await page.WaitForAsync(Ready, s_patience, default);
        drawn.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private static async Task<List<double>> UpdatesAsync(DevTools page, string database, int count)
    {
        using var writer = MeasurementWriter.Open(database);
        var run = writer.BeginRun(SyntheticStore.Run() with { StartedUtc = DateTimeOffset.UtcNow }, []);
        var (seconds, random) = (new List<double>(), new Random(1));
        for (var i = 1; i <= count; i++)
        {
            // At any moment between two looks of the server at the database.
            await Task.Delay(random.Next(200, 1200));
            var gemm = new Gemm(new GemmShape(8 * i, 8, 8), DType.Fp32, SparsityPattern.Dense.Instance);
            SyntheticStore.Measure(writer, run, MeasurementCase.For(gemm, "dense", TimingMode.Hot, Execution.Dense, verified: true), 1e-6, 64, random);
            var stored = Stopwatch.GetTimestamp();
            await page.WaitForAsync(string.Create(CultureInfo.InvariantCulture, $"document.querySelectorAll('#measurement-table tbody tr').length === {i}"), s_patience, default);
            seconds.Add(Stopwatch.GetElapsedTime(stored).TotalSeconds);
        }

        writer.EndRun(run, DateTimeOffset.UtcNow, "completed");
        return seconds;
    }

    private static void Tell(string what, List<double> seconds)
    {
        var median = MedianInterval.FromRanks([.. seconds]);
        Console.WriteLine($"{what}: {median.Value:0.000} s ({median.Low:0.000} to {median.High:0.000}), at most {seconds.Max():0.000} s, {seconds.Count} times");
    }
}
