using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using SparseProf.Cli.Tests.Measure;

namespace SparseProf.Cli.Tests.Data;

[Collection(ConsoleCapture.Name)]
public sealed class DataCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-data-").FullName;

    [Fact]
    public async Task The_list_says_what_is_synthetic_and_what_a_download_weighs()
    {
        var (exitCode, output, _) = await ConsoleCapture.RunAsync("data", "list");
        Assert.Equal(0, exitCode);
        var lines = output.Split('\n');
        Assert.Contains("a program (synthetic)", Line("synthetic-vision"), StringComparison.Ordinal);
        Assert.Contains("67,349", Line("sst2"), StringComparison.Ordinal);
        Assert.Matches("50,000 +10,000 +170 MB", Line("cifar10"));
        Assert.Contains("as the text", Line("text"), StringComparison.Ordinal);

        string Line(string name) => lines.Single(line => line.TrimStart().StartsWith(name + " ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_list_as_JSON_names_the_official_sums()
    {
        var (_, output, _) = await ConsoleCapture.RunAsync("data", "list", "--json");
        var cifar = JsonNode.Parse(output)!.AsArray().Single(entry => (string?)entry!["name"] == "cifar10")!;
        Assert.False((bool)cifar["synthetic"]!);
        Assert.Equal("c32a1d4ab5d03f1284b67883e8d87530", (string?)cifar["archive"]!["md5"]);
        Assert.Equal(170_052_171, (long)cifar["archive"]!["bytes"]!);
    }

    [Fact]
    public async Task A_synthetic_set_is_called_so_when_it_is_checked()
    {
        var (exitCode, output, _) = await ConsoleCapture.RunAsync("data", "check", "synthetic-sentiment");
        Assert.Equal(0, exitCode);
        Assert.StartsWith("synthetic-sentiment: good (synthetic)\n  10000 examples to train on, 2000 in validation, 2 classes, a vocabulary of ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check cifar", "did you mean 'cifar10'?")]
    [InlineData("check cifar10", "'sparseprof data get cifar10 DIR' downloads them")]
    [InlineData("get text here", "text needs no download")]
    [InlineData("get sst2 here --from ftp://x/y", "http://… or https://…")]
    public async Task Wrong_words_are_told_with_what_is_allowed(string words, string said)
    {
        var (exitCode, output, errors) = await ConsoleCapture.RunAsync(["data", .. words.Split(' ')]);
        Assert.Equal(2, exitCode);
        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Fact]
    public async Task A_file_that_is_not_the_published_one_is_not_kept()
    {
        using var listener = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort()}/SST-2.zip";
        listener.Prefixes.Add(address[..(address.LastIndexOf('/') + 1)]);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            var context = await listener.GetContextAsync();
            context.Response.ContentLength64 = 7_439_277;
            context.Response.OutputStream.Write(new byte[7_439_277]);
            context.Response.Close();
        }, TestContext.Current.CancellationToken);
        var (exitCode, output, errors) = await ConsoleCapture.RunAsync("data", "get", "sst2", _folder, "--from", address);
        await serving;
        Assert.Equal(1, exitCode);
        Assert.Contains("error: what came is not SST-2.zip: its MD5 is ", errors, StringComparison.Ordinal);
        Assert.Contains("allowed: 7439277 bytes, MD5 9f81648d4199384278b86e315dac217c", errors, StringComparison.Ordinal);
        Assert.Contains("SST-2.zip: 7.44 MB of 7.44 MB", errors, StringComparison.Ordinal);
        Assert.Empty(output);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
