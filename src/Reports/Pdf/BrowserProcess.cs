using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using SparseProf.Ops.Errors;

namespace SparseProf.Reports.Pdf;

/// <summary>A headless browser with a profile of its own, ended and removed with this object.</summary>
public sealed class BrowserProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly string _profile;

    private BrowserProcess(Process process, string profile, Uri endpoint)
    {
        _process = process;
        _profile = profile;
        Endpoint = endpoint;
    }

    /// <summary>Where the DevTools protocol is spoken, on the loopback interface.</summary>
    public Uri Endpoint { get; }

    /// <exception cref="UserErrorException">The browser does not start.</exception>
    public static async Task<BrowserProcess> StartAsync(string path, CancellationToken cancel)
    {
        // A sandbox needs user namespaces, which containers and root often lack; the only page is our own.
        if (!Environment.IsPrivilegedProcess && await TryStartAsync(path, [], cancel) is { } sandboxed)
            return sandboxed;
        return await TryStartAsync(path, ["--no-sandbox"], cancel) ?? throw new UserErrorException(ErrorKind.Failed, "the browser does not start") { Where = path, Next = $"start it once by hand, or name another with {Browser.Variable}" };
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        for (var attempt = 0; attempt < 3 && Directory.Exists(_profile); attempt++)
        {
            try
            {
                Directory.Delete(_profile, recursive: true);
            }
            catch (IOException)
            {
                // A last process of the browser still writes.
                await Task.Delay(50);
            }
        }
    }

    private static async Task<BrowserProcess?> TryStartAsync(string path, string[] further, CancellationToken cancel)
    {
        var profile = Directory.CreateTempSubdirectory("sparseprof-browser-").FullName;
        var start = new ProcessStartInfo(path) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        string[] arguments =
        [
            "--headless=new", "--remote-debugging-port=0", $"--user-data-dir={profile}", "--no-first-run", "--no-default-browser-check", "--disable-extensions", "--disable-gpu",
            "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps", "--mute-audio", "--hide-scrollbars", "--force-color-profile=srgb",
            "--disable-features=Translate,MediaRouter,OptimizationHints", .. further, "about:blank",
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(s_patience);
        try
        {
            while (await process.StandardError.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.IndexOf("ws://", StringComparison.Ordinal) is var at and >= 0 && line.Contains("DevTools listening", StringComparison.Ordinal))
                {
                    // Nobody else empties the pipe, and a full one would stop the browser.
                    _ = Drain(process.StandardError);
                    return new(process, profile, new Uri(line[at..].Trim()));
                }
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Too slow is as good as not starting.
        }

        await new BrowserProcess(process, profile, new Uri("ws://127.0.0.1")).DisposeAsync();
        cancel.ThrowIfCancellationRequested();
        return null;
    }

    private static async Task Drain(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync() is not null)
            {
            }
        }
        catch (Exception ended) when (ended is ObjectDisposedException or IOException or InvalidOperationException)
        {
            // The browser was closed.
        }
    }
}
