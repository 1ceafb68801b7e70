using System.Net;
using System.Net.Sockets;

namespace SparseProf.Workloads.Tests.Data.Files;

/// <summary>A file over HTTP on a loopback address, with the misfortunes that a test asks for.</summary>
internal sealed class LocalServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly byte[] _content;
    private readonly Task _serving;

    public LocalServer(byte[] content)
    {
        _content = content;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        }

        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    public Uri Address { get; }

    /// <summary>The Range header of each request, or "all".</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Whether Range is understood.</summary>
    public bool Ranges { get; init; } = true;

    /// <summary>How many of the first answers break off in the middle.</summary>
    public int BreaksOff { get; set; }

    /// <summary>An answer instead of the file.</summary>
    public HttpStatusCode? Refuses { get; init; }

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var range = context.Request.Headers["Range"];
            Requests.Add(range ?? "all");
            var response = context.Response;
            if (Refuses is { } status)
            {
                response.StatusCode = (int)status;
                response.Close();
                continue;
            }

            var from = Ranges && range is not null ? int.Parse(range["bytes=".Length..].TrimEnd('-')) : 0;
            if (from > _content.Length)
            {
                response.StatusCode = (int)HttpStatusCode.RequestedRangeNotSatisfiable;
                response.Close();
                continue;
            }

            if (from > 0)
            {
                response.StatusCode = (int)HttpStatusCode.PartialContent;
                response.Headers["Content-Range"] = $"bytes {from}-{_content.Length - 1}/{_content.Length}";
            }

            response.ContentLength64 = _content.Length - from;
            if (BreaksOff-- > 0)
            {
                response.OutputStream.Write(_content, from, (_content.Length - from) / 2);
                response.OutputStream.Flush();
                response.Abort();
                continue;
            }

            response.OutputStream.Write(_content, from, _content.Length - from);
            response.Close();
        }
    }
}
