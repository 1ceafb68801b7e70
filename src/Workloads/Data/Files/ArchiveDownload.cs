using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using SparseProf.Ops.Errors;

namespace SparseProf.Workloads.Data.Files;

/// <summary>
/// Downloads an archive into FILE.part and goes on from there when it was stopped, by this process or an earlier one
/// (HTTP range requests, RFC 9110 section 14). It becomes FILE only when its size and sums are right.
/// </summary>
public sealed class ArchiveDownload(HttpClient client, PublishedArchive archive, TimeSpan pause)
{
    private const int Attempts = 5;

    /// <summary>The checked archive; it is not downloaded again where it lies there already.</summary>
    /// <param name="address">A mirror, or null for the authors' own address.</param>
    /// <param name="progress">Is told the bytes that are there.</param>
    /// <exception cref="UserErrorException">The server does not answer or have it, or what came is not the archive.</exception>
    public async Task<string> RunAsync(string folder, Uri? address, Action<long> progress, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, archive.FileName);
        if (File.Exists(path) && Misfit(path) is null)
            return path;
        var part = path + ".part";
        for (var attempt = 1; !File.Exists(part) || new FileInfo(part).Length < archive.Bytes; attempt++)
        {
            try
            {
                await FetchAsync(address ?? archive.Address, part, progress, stop);
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException && !IsFinal(broken))
            {
                if (attempt == Attempts)
                    throw Failed(address, part, broken);
                await Task.Delay(pause * attempt, stop);
            }
            catch (HttpRequestException refused)
            {
                throw Failed(address, part, refused);
            }
        }

        if (Misfit(part) is { } misfit)
        {
            File.Delete(part);
            throw new UserErrorException(ErrorKind.Failed, $"what came is not {archive.FileName}: {misfit}")
            {
                Where = (address ?? archive.Address).ToString(),
                Allowed = $"{archive.Bytes} bytes, MD5 {archive.Md5}, SHA-256 {archive.Sha256}",
                Next = "try again; if it fails again, the file was changed at its source or on the way",
            };
        }

        File.Move(part, path, overwrite: true);
        return path;
    }

    // A full disk is as final as an answer of "not there".
    private static bool IsFinal(Exception error) => error is HttpRequestException { StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError }
        || (error is IOException and not HttpIOException && error.InnerException is null);

    private async Task FetchAsync(Uri address, string part, Action<long> progress, CancellationToken stop)
    {
        var have = File.Exists(part) ? new FileInfo(part).Length : 0;
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (have > 0)
            request.Headers.Range = new RangeHeaderValue(have, null);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            File.Delete(part);
            throw new HttpIOException(HttpRequestError.InvalidResponse, $"the server cannot go on from byte {have}");
        }

        response.EnsureSuccessStatusCode();
        var goesOn = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == have;
        await using var from = await response.Content.ReadAsStreamAsync(stop);
        await using var to = new FileStream(part, goesOn ? FileMode.Append : FileMode.Create, FileAccess.Write);
        var there = goesOn ? have : 0;
        var buffer = new byte[1 << 16];
        while (await from.ReadAsync(buffer, stop) is > 0 and var read)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), stop);
            progress(there += read);
            if (there > archive.Bytes)
                return;
        }

        // HttpClient itself throws where an announced length did not come.
        if (there < archive.Bytes && response.Content.Headers.ContentLength is not null)
            throw new HttpRequestException($"the server has {there} bytes, not {archive.Bytes}", null, HttpStatusCode.NotFound);
        if (there < archive.Bytes)
            throw new HttpIOException(HttpRequestError.ResponseEnded, $"the connection ended after {there} bytes");
    }

    private string? Misfit(string path)
    {
        var length = new FileInfo(path).Length;
        if (length != archive.Bytes)
            return $"it has {length} bytes";
        using var file = File.OpenRead(path);
#pragma warning disable CA5351 // MD5 is what the authors publish; SHA-256 is checked as well
        var md5 = Convert.ToHexStringLower(MD5.HashData(file));
#pragma warning restore CA5351
        if (md5 != archive.Md5)
            return $"its MD5 is {md5}";
        file.Position = 0;
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
        return sha256 == archive.Sha256 ? null : $"its SHA-256 is {sha256}";
    }

    private UserErrorException Failed(Uri? address, string part, Exception cause) =>
        new(ErrorKind.Failed, $"{archive.FileName} could not be downloaded: {cause.Message}", cause)
        {
            Where = (address ?? archive.Address).ToString(),
            Next = File.Exists(part)
                ? $"the same command goes on from the {new FileInfo(part).Length} bytes in {part}"
                : $"download it in another way and put {string.Join(", ", archive.Files.Select(file => file.Name))} into the folder",
        };
}
