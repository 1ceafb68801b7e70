using System.Diagnostics;
using System.Text.Json;
using SparseProf.Ops.Statistics;
using SparseProf.Store;

namespace SparseProf.Bench.Reports;

/// <summary>
/// What ten viewers of the live page do to measured medians: the same kernels are measured again and again, in turns
/// without anybody and with viewers who follow the events and fetch rows and charts as the page does. Printed: the ratio of
/// the medians, viewers over none, as their median over pairs with its 95 % interval: a machine that others share is slow in bouts.
/// </summary>
internal static class Viewers
{
    private const int Count = 10;

    public static async Task RunAsync(string program, string database, int pairs)
    {
        var plan = database + ".plan.csv";
        await File.WriteAllTextAsync(plan, "op,dtype,pattern,m,n,k\ngemm,fp32,dense,128,3072,768\ngemm,fp32,csr@0.1,128,3072,768\n");
        await MeasureAsync(program, database, plan);
        using var serve = Process.Start(new ProcessStartInfo(program, ["serve", "--json", "--db", database]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var ratios = new Dictionary<string, List<double>>();
        var spent = new List<(TimeSpan Processor, TimeSpan Wall)>();
        try
        {
            var address = new Uri(JsonDocument.Parse(await ReadDocumentAsync(serve.StandardOutput)).RootElement.GetProperty("url").GetString()!);
            for (var pair = 0; pair < pairs; pair++)
            {
                // Who is first changes: a machine that slows down strikes both alike.
                var first = await SpentAsync(serve, spent, pair % 2 != 0, () => OnceAsync(program, database, plan, pair % 2 == 0 ? null : address));
                var second = await SpentAsync(serve, spent, pair % 2 == 0, () => OnceAsync(program, database, plan, pair % 2 == 0 ? address : null));
                var (none, watched) = pair % 2 == 0 ? (first, second) : (second, first);
                foreach (var (kernel, median) in none)
                {
                    if (!ratios.TryGetValue(kernel, out var known))
                        ratios[kernel] = known = [];
                    known.Add(watched[kernel] / median);
                    Console.WriteLine($"pair {pair + 1}, {kernel}: {median * 1e6:0.0} us alone, {watched[kernel] * 1e6:0.0} us watched, ratio {watched[kernel] / median:0.0000}");
                }
            }
        }
        finally
        {
            serve.Kill();
        }

        var (processor, wall) = (spent.Sum(one => one.Processor.TotalSeconds), spent.Sum(one => one.Wall.TotalSeconds));
        Console.WriteLine($"the server's own processor time while watched: {processor:0.00} s in {wall:0.0} s, {processor / wall / Environment.ProcessorCount:P2} of {Environment.ProcessorCount} processors");
        foreach (var (kernel, known) in ratios)
        {
            var median = MedianInterval.FromRanks([.. known]);
            Console.WriteLine($"{kernel}: {Count} viewers over none {median.Value:0.0000} ({median.Low:0.0000} to {median.High:0.0000}), {known.Count} pairs");
        }
    }

    private static async Task<Dictionary<string, double>> SpentAsync(Process serve, List<(TimeSpan, TimeSpan)> spent, bool watched, Func<Task<Dictionary<string, double>>> measure)
    {
        serve.Refresh();
        var (processor, start) = (serve.TotalProcessorTime, Stopwatch.GetTimestamp());
        var medians = await measure();
        serve.Refresh();
        if (watched)
            spent.Add((serve.TotalProcessorTime - processor, Stopwatch.GetElapsedTime(start)));
        return medians;
    }

    private static async Task<Dictionary<string, double>> OnceAsync(string program, string database, string plan, Uri? watched)
    {
        using var ended = new CancellationTokenSource();
        var viewers = new List<Task>();
        for (var i = 0; i < Count && watched is not null; i++)
            viewers.Add(Task.Run(() => WatchAsync(watched, ended.Token)));
        if (watched is not null)
            await Task.Delay(500);
        await MeasureAsync(program, database, plan);
        await ended.CancelAsync();
        await Task.WhenAll(viewers);
        using var reader = MeasurementReader.Open(database);
        return reader.Measurements(reader.LatestRun()!.Id).GroupBy(row => $"{row.Pattern} {row.Kernel}").ToDictionary(same => same.Key, same => OrderStatistics.Median(reader.Samples(same.Last().Id)));
    }

    private static async Task WatchAsync(Uri address, CancellationToken cancel)
    {
        using var client = new HttpClient();
        var (complete, charts) = ("", 0L);
        try
        {
            await client.GetStringAsync(address, cancel);
            using var events = new StreamReader(await client.GetStreamAsync(new Uri(address, "events"), cancel));
            while (await events.ReadLineAsync(cancel) is { } line)
            {
                if (!line.StartsWith("data: ", StringComparison.Ordinal))
                    continue;
                var runs = JsonDocument.Parse(line["data: ".Length..]).RootElement.GetProperty("runs").EnumerateArray().ToList();
                var known = string.Join(',', runs.Select(run => run.GetProperty("complete").GetInt64()));
                if (known == complete || runs.Count == 0)
                    continue;
                complete = known;
                var newest = runs[^1].GetProperty("id").GetInt64();
                await client.GetStringAsync(new Uri(address, $"measurements/{newest}"), cancel);
                if (Stopwatch.GetElapsedTime(charts) < TimeSpan.FromSeconds(3))
                    continue;
                charts = Stopwatch.GetTimestamp();
                await client.GetStringAsync(new Uri(address, $"charts/{newest}"), cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The measurement has ended.
        }
    }

    private static async Task MeasureAsync(string program, string database, string plan)
    {
        using var measure = Process.Start(new ProcessStartInfo(program, ["measure", "--cpu", "--plan", plan, "--db", database]) { RedirectStandardOutput = true, UseShellExecute = false, RedirectStandardError = true })!;
        var said = measure.StandardError.ReadToEndAsync();
        await measure.StandardOutput.ReadToEndAsync();
        await measure.WaitForExitAsync();
        if (measure.ExitCode != 0)
            throw new InvalidOperationException(await said);
    }

    internal static async Task<string> ReadDocumentAsync(StreamReader output)
    {
        var text = "";
        while (await output.ReadLineAsync() is { } line)
        {
            text += line;
            if (line.StartsWith('}'))
                break;
        }

        return text;
    }
}
