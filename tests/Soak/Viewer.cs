using System.Text.Json.Nodes;

namespace SparseProf.Soak;

/// <summary>Asks for what the live page asks for: the stream of events, and on each one the measurements and charts of the newest run.</summary>
internal sealed class Viewer(Uri address)
{
    private long _events, _answers, _bytes, _failures;

    public long Events => Interlocked.Read(ref _events);

    public long Answers => Interlocked.Read(ref _answers);

    public long Bytes => Interlocked.Read(ref _bytes);

    public long Failures => Interlocked.Read(ref _failures);

    public async Task LookAsync(CancellationToken end)
    {
        using var client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
        while (!end.IsCancellationRequested)
        {
            try
            {
                using var stream = new StreamReader(await client.GetStreamAsync("events", end));
                while (await stream.ReadLineAsync(end) is { } line)
                {
                    if (!line.StartsWith("data: ", StringComparison.Ordinal))
                        continue;
                    Interlocked.Increment(ref _events);
                    if (JsonNode.Parse(line[6..])!["runs"]!.AsArray().LastOrDefault()?["id"]?.GetValue<long>() is not { } run)
                        continue;
                    await GetAsync(client, $"measurements/{run}", end);
                    await GetAsync(client, $"charts/{run}", end);
                }
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost) when (lost is HttpRequestException or IOException or OperationCanceledException)
            {
                Interlocked.Increment(ref _failures);
                await Task.Delay(1000, CancellationToken.None);
            }
        }
    }

    private async Task GetAsync(HttpClient client, string path, CancellationToken end)
    {
        using var answer = await client.GetAsync(path, end);
        var bytes = await answer.Content.ReadAsByteArrayAsync(end);
        Interlocked.Add(ref _bytes, bytes.Length);
        Interlocked.Increment(ref answer.IsSuccessStatusCode ? ref _answers : ref _failures);
    }
}
