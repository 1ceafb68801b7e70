using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using SparseProf.Ops.Errors;
using SparseProf.Store;

namespace SparseProf.Reports.Web;

/// <summary>
/// Server-sent events: one look at the database for all viewers, some times a second and only while somebody looks. A
/// viewer that does not keep up loses old events, never new ones.
/// </summary>
internal sealed class LiveFeed(string database) : IAsyncDisposable
{
    private const int MostViewers = 64;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(400);

    private readonly HashSet<Channel<string>> _viewers = [];
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _arrival = new(0);
    private readonly CancellationTokenSource _closing = new();
    private Task _looking = Task.CompletedTask;
    private bool _newcomers;

    public async Task StreamAsync(HttpContext context)
    {
        var channel = Channel.CreateBounded<string>(new BoundedChannelOptions(4) { FullMode = BoundedChannelFullMode.DropOldest });
        if (!Join(channel))
        {
            context.Response.Headers.RetryAfter = "5";
            await RequestGate.Refuse(context, StatusCodes.Status503ServiceUnavailable, "too many viewers");
            return;
        }

        context.Response.ContentType = "text/event-stream";
        try
        {
            using var until = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _closing.Token);
            await context.Response.WriteAsync("retry: 1000\n\n", until.Token);
            await context.Response.Body.FlushAsync(until.Token);
            await foreach (var state in channel.Reader.ReadAllAsync(until.Token))
            {
                await context.Response.WriteAsync($"data: {state}\n\n", until.Token);
                await context.Response.Body.FlushAsync(until.Token);
            }
        }
        catch (Exception left) when (left is OperationCanceledException or IOException)
        {
            // The viewer left, or the server ends.
        }
        finally
        {
            lock (_gate)
                _viewers.Remove(channel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _looking;
        _arrival.Dispose();
        _closing.Dispose();
    }

    private bool Join(Channel<string> channel)
    {
        lock (_gate)
        {
            if (_viewers.Count >= MostViewers)
                return false;
            _viewers.Add(channel);
            _newcomers = true;
            if (_looking.IsCompleted)
                _looking = Task.Run(LookAsync);
            else
                _arrival.Release();
            return true;
        }
    }

    /// <summary>Null where nobody looks any more; the next viewer starts anew.</summary>
    private (Channel<string>[] Viewers, bool Newcomers)? Audience()
    {
        lock (_gate)
        {
            if (_viewers.Count == 0)
            {
                _looking = Task.CompletedTask;
                return null;
            }

            var newcomers = _newcomers;
            _newcomers = false;
            return ([.. _viewers], newcomers);
        }
    }

    private async Task LookAsync()
    {
        var told = "";
        MeasurementReader? reader = null;
        try
        {
            while (Audience() is var (viewers, newcomers))
            {
                if (TryRead(ref reader) is { } state && (state != told || newcomers))
                {
                    foreach (var viewer in viewers)
                        viewer.Writer.TryWrite(state);
                    told = state;
                }

                await _arrival.WaitAsync(s_interval, _closing.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
        finally
        {
            reader?.Dispose();
        }
    }

    /// <summary>Null while there is no database to read: viewers keep what they have, and see the next one that appears.</summary>
    private string? TryRead(ref MeasurementReader? reader)
    {
        try
        {
            if (reader is { HasMoved: true })
            {
                reader.Dispose();
                reader = null;
            }

            reader ??= MeasurementReader.Open(database);
            return LiveState.Of(reader).ToJsonString();
        }
        catch (UserErrorException)
        {
            reader?.Dispose();
            reader = null;
            return null;
        }
    }
}
