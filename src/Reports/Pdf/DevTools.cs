using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using SparseProf.Ops.Errors;

namespace SparseProf.Reports.Pdf;

/// <summary>One page of a browser, spoken to in the DevTools protocol (https://chromedevtools.github.io/devtools-protocol).</summary>
public sealed class DevTools : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _waiting = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private Task _reading = Task.CompletedTask;
    private string? _session;
    private int _last;

    /// <summary>Errors that the page wrote to its console or did not catch.</summary>
    public ConcurrentQueue<string> Errors { get; } = new();

    /// <summary>Opens a page of its own.</summary>
    public static async Task<DevTools> OpenAsync(BrowserProcess browser, CancellationToken cancel)
    {
        var tools = new DevTools();
        await tools._socket.ConnectAsync(browser.Endpoint, cancel);
        tools._reading = tools.ReadAsync();
        var target = await tools.SendAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" }, cancel);
        var attached = await tools.SendAsync("Target.attachToTarget", new JsonObject { ["targetId"] = (string)target["targetId"]!, ["flatten"] = true }, cancel);
        tools._session = (string)attached["sessionId"]!;
        await tools.SendAsync("Runtime.enable", [], cancel);
        await tools.SendAsync("Log.enable", [], cancel);
        await tools.SendAsync("Page.enable", [], cancel);
        return tools;
    }

    /// <summary>The answer to one command.</summary>
    /// <exception cref="UserErrorException">The browser refused it or went away.</exception>
    public async Task<JsonNode> SendAsync(string method, JsonObject parameters, CancellationToken cancel)
    {
        var id = Interlocked.Increment(ref _last);
        var answer = _waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (_session is not null)
            message["sessionId"] = _session;
        await _sending.WaitAsync(cancel);
        try
        {
            await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes<JsonNode>(message), WebSocketMessageType.Text, endOfMessage: true, cancel);
        }
        finally
        {
            _sending.Release();
        }

        return await answer.Task.WaitAsync(cancel);
    }

    /// <summary>The value of an expression in the page, awaited.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression, CancellationToken cancel)
    {
        var answer = await SendAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true, ["userGesture"] = true }, cancel);
        return answer["exceptionDetails"] is { } error
            ? throw new UserErrorException(ErrorKind.Failed, "the page failed: " + (error["exception"]?["description"] ?? error["text"]))
            : answer["result"]?["value"];
    }

    public Task NavigateAsync(Uri page, CancellationToken cancel) => SendAsync("Page.navigate", new JsonObject { ["url"] = page.AbsoluteUri }, cancel);

    /// <summary>Waits until an expression is true.</summary>
    /// <exception cref="UserErrorException">It stays false.</exception>
    public async Task WaitForAsync(string condition, TimeSpan patience, CancellationToken cancel)
    {
        var until = DateTime.UtcNow + patience;
        while (await EvaluateAsync($"!!({condition})", cancel) is not JsonValue value || !value.GetValue<bool>())
        {
            if (DateTime.UtcNow > until)
                throw new UserErrorException(ErrorKind.Failed, $"the browser did not get ready within {patience.TotalSeconds:0} s") { Next = "the machine may be busy; run again" };
            await Task.Delay(15, cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _socket.Dispose();
        await _reading;
        _closing.Dispose();
        _sending.Dispose();
    }

    private async Task ReadAsync()
    {
        var message = new ArrayBufferWriter<byte>(1 << 16);
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(message.GetMemory(1 << 16), _closing.Token);
                message.Advance(part.Count);
                if (part.MessageType == WebSocketMessageType.Close)
                    break;
                if (!part.EndOfMessage)
                    continue;
                Take(JsonNode.Parse(message.WrittenSpan)!);
                message.ResetWrittenCount();
            }
        }
        catch (Exception closed) when (closed is OperationCanceledException or WebSocketException or ObjectDisposedException)
        {
            // The browser was closed.
        }

        foreach (var answer in _waiting.Values)
            answer.TrySetException(new UserErrorException(ErrorKind.Failed, "the browser went away"));
    }

    private void Take(JsonNode message)
    {
        if (message["id"] is { } id)
        {
            if (!_waiting.TryRemove((int)id, out var answer))
                return;
            if (message["error"] is { } error)
                answer.TrySetException(new UserErrorException(ErrorKind.Failed, $"the browser refused: {error["message"]}"));
            else
                answer.TrySetResult(message["result"]!);
            return;
        }

        var parameters = message["params"];
        switch ((string?)message["method"])
        {
            case "Runtime.exceptionThrown":
                Errors.Enqueue((string?)(parameters!["exceptionDetails"]?["exception"]?["description"] ?? parameters["exceptionDetails"]?["text"]) ?? "an error");
                break;
            case "Runtime.consoleAPICalled" when (string?)parameters!["type"] is "error" or "warning":
                Errors.Enqueue(parameters["args"]?[0]?.ToJsonString() ?? "an error");
                break;
            case "Log.entryAdded" when (string?)parameters!["entry"]!["level"] == "error":
                Errors.Enqueue((string?)parameters["entry"]?["text"] ?? "an error");
                break;
        }
    }
}
