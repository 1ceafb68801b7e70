using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SparseProf.Ops.Errors;
using SparseProf.Store;

namespace SparseProf.Reports.Web;

/// <summary>The local page over a database: loopback only, read-only, behind a token. No request names a file.</summary>
public sealed class LiveServer : IAsyncDisposable
{
    private const int MostConnections = 512;

    private readonly WebApplication _application;
    private readonly LiveFeed _feed;
    private readonly LivePages _pages;
    private readonly Task _preparing;

    private LiveServer(WebApplication application, LiveFeed feed, LivePages pages, Uri address)
    {
        _pages = pages;
        _preparing = Task.Run(pages.Prepare);
        _application = application;
        _feed = feed;
        Address = address;
    }

    /// <summary>Where the page is, token included.</summary>
    public Uri Address { get; }

    /// <param name="port">0 for any that is free.</param>
    /// <exception cref="UserErrorException">There is no such database, or the port is taken.</exception>
    public static async Task<LiveServer> StartAsync(string database, int port, CancellationToken cancel)
    {
        // A wrong path is told before anything listens.
        MeasurementReader.Open(database).Dispose();
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "sparseprof", ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        });
        var application = builder.Build();
        var feed = new LiveFeed(database);
        var pages = new LivePages(database, feed);
        var gate = new RequestGate(token);
        application.Run(context => gate.PassAsync(context, pages.AnswerAsync));
        try
        {
            await application.StartAsync(cancel);
        }
        catch (Exception refused) when (refused is IOException or SocketException)
        {
            await application.DisposeAsync();
            pages.Dispose();
            throw new UserErrorException(ErrorKind.Failed, $"port {port} cannot be used: {refused.Message.TrimEnd('.')}", refused) { Where = "--port", Next = "choose another from 1024 to 65535, or leave --port out for any that is free" };
        }

        var bound = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new(application, feed, pages, new Uri($"{bound}/{token}/"));
    }

    public Task WaitAsync(CancellationToken cancel) => _application.WaitForShutdownAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await _feed.DisposeAsync();
        await _application.StopAsync();
        await _application.DisposeAsync();
        await _preparing;
        _pages.Dispose();
    }
}
