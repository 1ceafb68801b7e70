using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using SparseProf.Workloads.Data.Files;

namespace SparseProf.Workloads.Tests.Data.Files;

/// <summary>An archive with the layout of a published one and content of a few bytes.</summary>
internal static class SmallArchive
{
    public static byte[] Zip(string folder, params (string Name, byte[] Content)[] files)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry($"{folder}/{name}").Open();
                entry.Write(content);
            }
        }

        return memory.ToArray();
    }

    public static byte[] TarGz(string folder, params (string Name, byte[] Content)[] files)
    {
        using var memory = new MemoryStream();
        using (var zipped = new GZipStream(memory, CompressionMode.Compress, leaveOpen: true))
        using (var tar = new TarWriter(zipped))
        {
            foreach (var (name, content) in files)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"{folder}/{name}") { DataStream = new MemoryStream(content) });
        }

        return memory.ToArray();
    }

    public static PublishedArchive Describe(byte[] content, string file, params PublishedFile[] files) => new(
        "small",
        new Uri($"http://127.0.0.1:9/{file}"),
        content.Length,
#pragma warning disable CA5351 // what the authors of data sets publish
        Convert.ToHexStringLower(MD5.HashData(content)),
#pragma warning restore CA5351
        Convert.ToHexStringLower(SHA256.HashData(content)),
        "this test",
        "inside",
        files);
}
