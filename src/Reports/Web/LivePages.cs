using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using SparseProf.Ops.Errors;
using SparseProf.Reports.Html;
using SparseProf.Store;

namespace SparseProf.Reports.Web;

/// <summary>What the server answers: the page, JSON about runs and measurements, and the stream of events.</summary>
internal sealed class LivePages(string database, LiveFeed feed) : IDisposable
{
    private const int MostAtOnce = 2;
    private const int MostWaiting = 200;
    private const int MostShared = 16;
    private const string Nonce = "{nonce}";
    private static readonly Lazy<string> s_page = new(MakePage);

    private readonly SemaphoreSlim _working = new(MostAtOnce, MostAtOnce);
    private readonly LiveData _data = new();
    private readonly LiveCharts _charts = new();
    private readonly Lock _sharing = new();
    private readonly Dictionary<string, string> _shared = [];
    private long _complete = -1;
    private int _waiting;

    public Task AnswerAsync(HttpContext context, string path) => path.Split('/') switch
    {
        [""] => WriteAsync(context, "text/html; charset=utf-8", Page()),
        ["events"] => feed.StreamAsync(context),
        ["state"] => JsonAsync(context, LiveState.Of),
        ["measurements", var id] when Id(id) is { } run => SharedAsync(context, path, reader => _data.Measurements(reader, run)),
        ["samples", var id] when Id(id) is { } measurement => JsonAsync(context, reader => _data.Samples(reader, measurement)),
        ["charts", var ids] when Ids(ids) is { } runs => SharedAsync(context, path, reader => _charts.Of(reader, runs)),
        ["compare", var one, var other] when Id(one) is { } baseline && Id(other) is { } candidate => JsonAsync(context, reader => LiveData.Compare(reader, baseline, candidate)),
        _ => RequestGate.Refuse(context, StatusCodes.Status404NotFound, "not found"),
    };

    /// <summary>Makes what the first viewer will ask for, while the address is still on its way to the browser.</summary>
    public void Prepare()
    {
        try
        {
            _ = s_page.Value;
            using var reader = MeasurementReader.Open(database);
            if (reader.LatestRun() is not { } run)
                return;
            Shared(reader, $"measurements/{run.Id}", () => _data.Measurements(reader, run.Id));
            Shared(reader, $"charts/{run.Id}", () => _charts.Of(reader, [run.Id]));
        }
        catch (UserErrorException)
        {
            // Whoever asks is told.
        }
    }

    public void Dispose() => _working.Dispose();

    private static long? Id(string text) => text.Length is > 0 and < 19 && text.All(char.IsAsciiDigit) ? long.Parse(text) : null;

    private static List<long>? Ids(string text)
    {
        var ids = text.Split(',').Select(Id).ToList();
        return ids.TrueForAll(id => id is not null) ? ids.ConvertAll(id => id!.Value) : null;
    }

    private Task JsonAsync(HttpContext context, Func<MeasurementReader, JsonNode?> read) => TextAsync(context, reader => read(reader)?.ToJsonString());

    // All viewers ask when a measurement is complete: one answer serves them until the next is.
    private Task SharedAsync(HttpContext context, string path, Func<MeasurementReader, JsonObject> read) => TextAsync(context, reader => Shared(reader, path, () => read(reader)));

    private string Shared(MeasurementReader reader, string path, Func<JsonObject> read)
    {
        var complete = reader.Query<long>("SELECT count(stop_reason) FROM measurement")[0];
        lock (_sharing)
        {
            if (complete == _complete && _shared.TryGetValue(path, out var known))
                return known;
        }

        var made = read();
        var text = made.ToJsonString();
        lock (_sharing)
        {
            if (complete != _complete || _shared.Count >= MostShared)
                _shared.Clear();
            _complete = complete;
            // Estimates that are still to come are asked for again.
            if (made["pending"]?.GetValue<int>() is null or 0)
                _shared[path] = text;
        }

        return text;
    }

    private async Task TextAsync(HttpContext context, Func<MeasurementReader, string?> read)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            context.Response.Headers.RetryAfter = "1";
            await RequestGate.Refuse(context, StatusCodes.Status503ServiceUnavailable, "too many requests");
            return;
        }

        try
        {
            if (await ReadAsync(context, read) is { } answer)
                await WriteAsync(context, "application/json; charset=utf-8", answer);
            else
                await RequestGate.Refuse(context, StatusCodes.Status404NotFound, "not found");
        }
        catch (OperationCanceledException)
        {
            // The viewer left.
        }
        catch (UserErrorException error)
        {
            await RequestGate.Refuse(context, error.Kind == ErrorKind.WrongUsage ? StatusCodes.Status404NotFound : StatusCodes.Status500InternalServerError, error.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task<string?> ReadAsync(HttpContext context, Func<MeasurementReader, string?> read)
    {
        await _working.WaitAsync(context.RequestAborted);
        try
        {
            using var reader = MeasurementReader.Open(database);
            return read(reader);
        }
        finally
        {
            _working.Release();
        }
    }

    private static string Page() => s_page.Value.Replace(Nonce, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)), StringComparison.Ordinal);

    private static string MakePage()
    {
        var page = new StringBuilder(1 << 20);
        HtmlReport.Head(page, "SparseProf", Nonce);
        page.Append(Assets.Text("live.html"));
        HtmlReport.Scripts(page, Nonce, "live.js");
        return page.Append("</body></html>\n").ToString();
    }

    private static Task WriteAsync(HttpContext context, string type, string content)
    {
        context.Response.ContentType = type;
        return context.Response.WriteAsync(content, context.RequestAborted);
    }
}
