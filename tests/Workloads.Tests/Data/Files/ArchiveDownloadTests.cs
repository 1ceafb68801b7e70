using System.Net;
using SparseProf.Ops.Errors;
using SparseProf.Workloads.Data.Files;

namespace SparseProf.Workloads.Tests.Data.Files;

public sealed class ArchiveDownloadTests : IDisposable
{
    private static readonly byte[] s_content = [.. Enumerable.Range(0, 400_000).Select(i => (byte)(i * 7 % 251))];
    private static readonly PublishedArchive s_archive = SmallArchive.Describe(s_content, "small.bin");

    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-get-").FullName;
    private readonly HttpClient _client = new();

    private string Part => Path.Combine(_folder, "small.bin.part");

    [Fact]
    public async Task A_download_tells_its_progress_and_leaves_the_checked_file()
    {
        using var server = new LocalServer(s_content);
        var told = new List<long>();
        var path = await RunAsync(server, told.Add);
        Assert.Equal(s_content, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal(s_content.Length, told[^1]);
        Assert.Equal(told.Order(), told);
        Assert.False(File.Exists(Part));
        Assert.Equal(["all"], server.Requests);
    }

    [Fact]
    public async Task It_goes_on_where_an_earlier_one_was_stopped()
    {
        using var server = new LocalServer(s_content);
        await File.WriteAllBytesAsync(Part, s_content[..150_000], TestContext.Current.CancellationToken);
        Assert.Equal(s_content, await File.ReadAllBytesAsync(await RunAsync(server), TestContext.Current.CancellationToken));
        Assert.Equal(["bytes=150000-"], server.Requests);
    }

    [Fact]
    public async Task It_goes_on_by_itself_when_the_connection_breaks()
    {
        using var server = new LocalServer(s_content) { BreaksOff = 2 };
        Assert.Equal(s_content, await File.ReadAllBytesAsync(await RunAsync(server), TestContext.Current.CancellationToken));
        Assert.Equal(3, server.Requests.Count);
        Assert.StartsWith("bytes=", server.Requests[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_starts_again_where_the_server_knows_no_ranges()
    {
        using var server = new LocalServer(s_content) { Ranges = false };
        await File.WriteAllBytesAsync(Part, s_content[..150_000], TestContext.Current.CancellationToken);
        Assert.Equal(s_content, await File.ReadAllBytesAsync(await RunAsync(server), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_connection_that_keeps_breaking_is_told_with_what_is_there()
    {
        using var server = new LocalServer(s_content) { BreaksOff = 99 };
        var error = await Assert.ThrowsAsync<UserErrorException>(() => RunAsync(server));
        Assert.Equal(5, server.Requests.Count);
        Assert.StartsWith("small.bin could not be downloaded: ", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("the same command goes on from the ", error.Next, StringComparison.Ordinal);
        Assert.True(new FileInfo(Part).Length > 300_000);
    }

    [Fact]
    public async Task An_altered_file_is_refused_with_both_sums_and_not_kept()
    {
        var altered = s_content.ToArray();
        altered[1234] ^= 1;
        using var server = new LocalServer(altered);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => RunAsync(server));
        Assert.StartsWith("what came is not small.bin: its MD5 is ", error.Message, StringComparison.Ordinal);
        Assert.Contains(s_archive.Sha256, error.Allowed, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_shorter_file_is_told_by_its_size()
    {
        using var server = new LocalServer(s_content[..1000]);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => RunAsync(server));
        Assert.EndsWith("the server has 1000 bytes, not 400000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_the_server_does_not_have_is_asked_for_once()
    {
        using var server = new LocalServer(s_content) { Refuses = HttpStatusCode.NotFound };
        var error = await Assert.ThrowsAsync<UserErrorException>(() => RunAsync(server));
        Assert.Contains("404", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task What_lies_there_already_is_not_downloaded_again()
    {
        using var server = new LocalServer(s_content);
        await RunAsync(server);
        await RunAsync(server);
        Assert.Single(server.Requests);
    }

    public void Dispose()
    {
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<string> RunAsync(LocalServer server, Action<long>? progress = null) =>
        new ArchiveDownload(_client, s_archive, TimeSpan.FromMilliseconds(1)).RunAsync(_folder, server.Address, progress ?? (_ => { }), TestContext.Current.CancellationToken);
}
