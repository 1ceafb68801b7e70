using System.Net;
using System.Net.Sockets;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SparseProf.Faults.Tests.Programs;
using SparseProf.Reports.Web;
using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Fuzzing;

public sealed class LivePageTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task Requests_of_any_bytes_are_answered_or_cut_off_and_the_page_goes_on()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = await LiveServer.StartAsync(Inputs.Shard(_scratch["live.db"], 5, "device"), 0, cancel);
        var (host, token) = ($"127.0.0.1:{server.Address.Port}", server.Address.AbsolutePath);
        var seeds = new[] { "", "state", "measurements/1", "samples/1", "samples/99999999999999999", "charts/1", "charts/1,1,2", "compare/1/2", "compare/1/1" }
            .Select(path => Encoding.ASCII.GetBytes($"GET {token}{path} HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: same-origin\r\nAccept: */*\r\n\r\n")).ToList();
        var answers = new Dictionary<string, int>();
        foreach (var seed in seeds.Take(3))
            Assert.StartsWith("HTTP/1.1 200", Ask(server.Address.Port, seed));

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(FaultCounts.Of(500)).WithEndSize(200), Prop.ForAll(Mutations.Of(seeds).ToArbitrary(), request =>
        {
            var status = Ask(server.Address.Port, request);
            answers[status] = answers.GetValueOrDefault(status) + 1;
            Assert.False(status.StartsWith("HTTP/1.1 500", StringComparison.Ordinal), $"{status} for {Encoding.UTF8.GetString(request)}");
        }));

        using var client = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri(server.Address, "state"), cancel)).StatusCode);
        FaultCounts.Tell($"requests of the live page ({string.Join("; ", answers.OrderByDescending(answer => answer.Value).Take(6).Select(answer => $"{answer.Key.Trim()} {answer.Value:N0}"))})", answers.Values.Sum());
    }

    /// <summary>The status line, or how the connection ended without one.</summary>
    private static string Ask(int port, byte[] request)
    {
        using var client = new TcpClient { ReceiveTimeout = (int)s_patience.TotalMilliseconds, SendTimeout = (int)s_patience.TotalMilliseconds };
        client.Connect(IPAddress.Loopback, port);
        try
        {
            var stream = client.GetStream();
            stream.Write(request);
            // Headers that are cut short end here, and nothing at all is followed by something, so that nobody waits.
            stream.Write("\r\n\r\nGET / HTTP/1.1\r\nHost: none\r\n\r\n"u8);
            var buffer = new byte[64];
            var count = stream.Read(buffer);
            return count == 0 ? "closed" : Encoding.ASCII.GetString(buffer, 0, count).Split('\r')[0];
        }
        catch (IOException)
        {
            // A request that announces more than it sends is waited for; the server's own limits end it.
            return "cut off, or waited for";
        }
    }
}
