using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Statistics;
using SparseProf.Reports.Web;
using SparseProf.Store;
using SparseProf.Store.Rows;
using SparseProf.Testing;

namespace SparseProf.Reports.Tests.Web;

public sealed class LiveServerTests : IDisposable
{
    private readonly TemporaryDatabase _database = TemporaryDatabase.Planted(20, 100);
    private readonly HttpClient _client = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _database.Dispose();
    }

    [Fact]
    public async Task The_page_comes_only_with_the_token_and_by_loopback()
    {
        await using var server = await LiveServer.StartAsync(_database.Path, 0, Cancel);

        Assert.Equal("127.0.0.1", server.Address.Host);
        Assert.Contains("<h2>Runs</h2>", await _client.GetStringAsync(server.Address, Cancel));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(new Uri(server.Address, "/")));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(new Uri(server.Address, "/0123456789abcdef0123456789abcdef/")));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(new Uri(server.Address.AbsoluteUri[..^2] + "/state")));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("samples/../../x")]
    [InlineData("samples/1;DROP TABLE run")]
    [InlineData("samples/-1")]
    [InlineData("samples/99999999999999999999999")]
    [InlineData("samples/12345")]
    [InlineData("measurements/12345")]
    [InlineData("charts/1,x")]
    [InlineData("compare/1/12345")]
    [InlineData("planted.db")]
    public async Task No_request_names_a_file_or_what_is_not_there(string path)
    {
        await using var server = await LiveServer.StartAsync(_database.Path, 0, Cancel);

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(new Uri(server.Address.AbsoluteUri + path)));
    }

    [Theory]
    [InlineData("Origin", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Host", "evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Host", "evil.example:80", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.OK)]
    public async Task Another_origin_or_host_name_reads_nothing(string header, string value, HttpStatusCode status)
    {
        await using var server = await LiveServer.StartAsync(_database.Path, 0, Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "state"));
        request.Headers.TryAddWithoutValidation(header, value);

        using var answer = await _client.SendAsync(request, Cancel);

        Assert.Equal(status, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Nothing_can_be_written()
    {
        await using var server = await LiveServer.StartAsync(_database.Path, 0, Cancel);
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Options })
        {
            using var request = new HttpRequestMessage(method, server.Address);
            using var answer = await _client.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Samples_and_comparisons_are_those_of_the_store()
    {
        await using var server = await LiveServer.StartAsync(_database.Path, 0, Cancel);
        using var reader = MeasurementReader.Open(_database.Path);

        var samples = JsonNode.Parse(await _client.GetStringAsync(new Uri(server.Address, "samples/3"), Cancel))!;
        var comparison = JsonNode.Parse(await _client.GetStringAsync(new Uri(server.Address, "compare/1/2"), Cancel))!;

        Assert.Equal(reader.Samples(3), samples["seconds"]!.AsArray().Select(sample => (double)sample!));
        Assert.Equal(OrderStatistics.Median(reader.Samples(3)), (double)samples["time_s"]!);
        Assert.InRange((double)comparison["speedup"]! / (OrderStatistics.Median(reader.Samples(1)) / OrderStatistics.Median(reader.Samples(2))), 0.98, 1.02);
    }

    [Fact]
    public async Task An_event_follows_a_new_measurement()
    {
        await using var server = await LiveServer.StartAsync(_database.Path, 0, Cancel);
        using var stream = new StreamReader(await _client.GetStreamAsync(new Uri(server.Address, "events"), Cancel));
        var first = await NextAsync(stream);
        using var writer = MeasurementWriter.Open(_database.Path);
        var run = writer.BeginRun(SyntheticStore.Run() with { StartedUtc = DateTimeOffset.UtcNow }, []);
        var gemm = new Gemm(new GemmShape(8, 8, 8), DType.Fp32, SparsityPattern.Dense.Instance);
        SyntheticStore.Measure(writer, run, MeasurementCase.For(gemm, "dense", TimingMode.Hot, Execution.Dense, verified: true), 1e-6, 8, new Random(1));

        JsonNode news;
        do
        {
            news = await NextAsync(stream);
        }
        while ((long?)news["now"]?["samples"] is not 8);

        Assert.Null(first["now"]);
        Assert.Equal(run, (long)news["now"]!["run"]!);
        Assert.Equal(2, news["runs"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_taken_port_is_told_with_the_way_out()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var refused = await Assert.ThrowsAsync<UserErrorException>(() => LiveServer.StartAsync(_database.Path, port, Cancel));

        Assert.StartsWith($"port {port} cannot be used", refused.Message);
        Assert.Equal("--port", refused.Where);
    }

    [Fact]
    public async Task Thousands_of_requests_at_once_leave_it_answering()
    {
        await using var server = await LiveServer.StartAsync(_database.Path, 0, Cancel);
        int[] answers;
        using (var crowd = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1000 }))
            answers = await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i => AskAsync(crowd, new Uri(server.Address, i % 2 == 0 ? "state" : "nothing"))));

        Assert.Equal(10_000, answers.Length);
        Assert.All(answers.Distinct(), status => Assert.Contains(status, new[] { 0, 200, 404, 503 }));
        Assert.Contains(200, answers);
        while (await AskAsync(_client, new Uri(server.Address, "state")) != 200)
            await Task.Delay(50, Cancel);
    }

    // Beyond the limit connections are closed: 0.
    private static async Task<int> AskAsync(HttpClient client, Uri address)
    {
        try
        {
            using var answer = await client.GetAsync(address, Cancel);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private static async Task<JsonNode> NextAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync(Cancel) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return JsonNode.Parse(line["data: ".Length..])!;
        }

        throw new InvalidOperationException("the stream ended");
    }

    private async Task<HttpStatusCode> StatusAsync(Uri address)
    {
        using var answer = await _client.GetAsync(address, Cancel);
        return answer.StatusCode;
    }
}
