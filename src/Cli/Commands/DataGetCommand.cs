using System.CommandLine;
using SparseProf.Cli.Output;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Data.Files;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof data get</c>: downloads a published data set, checks it and unpacks what is needed.</summary>
internal static class DataGetCommand
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    public static Command Build()
    {
        var name = new Argument<string>("NAME") { Description = $"{string.Join(" or ", PublishedArchive.All.Select(archive => archive.Name))}." };
        var folder = new Argument<string>("DIR") { Description = "Where to put the files; also what --data takes." };
        var from = new Option<string?>("--from") { Description = "A mirror of the archive; sizes and sums are checked all the same.", HelpName = "URL" };
        var keep = new Option<bool>("--keep-archive") { Description = "Keep the archive after it is unpacked." };
        var json = CommonOptions.Json();
        var command = new Command("get", "Downloads a data set from its official address, with resume, and checks it.") { name, folder, from, keep, json };
        command.SetAction(async (parsed, cancel) =>
        {
            var archive = Find(parsed.GetValue(name)!);
            var target = parsed.GetValue(folder)!;
            var path = await DownloadAsync(archive, target, Address(parsed.GetValue(from)), cancel);
            var unpacked = ArchiveExtraction.Run(path, archive, target);
            if (!parsed.GetValue(keep))
                File.Delete(path);
            if (parsed.GetValue(json))
                JsonOutput.Write(new { archive.Name, Folder = unpacked, ArchiveBytes = archive.Bytes, archive.Md5, archive.Sha256, archive.SumsFrom, Files = archive.Files.Select(file => file.Name) });
            else
                Console.Out.WriteLine($"{archive.Name} is in {unpacked}: {archive.Bytes} bytes came, MD5 {archive.Md5}, SHA-256 {archive.Sha256} ({archive.SumsFrom})");
        });
        return command.WithExamples(
            "sparseprof data get sst2 data                      # 7 MB",
            "sparseprof data get cifar10 data                   # 170 MB; the same command goes on after a stop",
            "sparseprof data get cifar10 data --from https://mirror.example/cifar-10-binary.tar.gz");
    }

    private static PublishedArchive Find(string name)
    {
        var entry = DataCatalog.Find(name, "NAME");
        return entry.Archive ?? throw new UserErrorException(ErrorKind.WrongUsage, $"{entry.Name} needs no download")
        {
            Where = "NAME",
            Allowed = string.Join(", ", PublishedArchive.All.Select(archive => archive.Name)),
        };
    }

    private static Uri? Address(string? text) =>
        text is null ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address
        : throw new UserErrorException(ErrorKind.WrongUsage, $"'{text}' is no address") { Where = "--from", Allowed = "http://… or https://…" };

    private static async Task<string> DownloadAsync(PublishedArchive archive, string folder, Uri? address, CancellationToken cancel)
    {
        var progress = ProgressLine.OnStandardError();
        var told = -1;
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(100) };
        try
        {
            return await new ArchiveDownload(client, archive, s_pause).RunAsync(folder, address, Tell, cancel);
        }
        finally
        {
            progress.Finish();
        }

        void Tell(long bytes)
        {
            var share = Math.Min(1, (double)bytes / archive.Bytes);
            var step = Console.IsErrorRedirected ? (int)(share * 10) : (int)(share * 200);
            if (step == told)
                return;
            told = step;
            progress.Step($"{archive.FileName}: {new Bytes(bytes)} of {new Bytes(archive.Bytes)}", (int)(share * 100), 100, share);
        }
    }
}
