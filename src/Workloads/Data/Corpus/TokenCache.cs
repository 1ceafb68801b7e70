using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SparseProf.Workloads.Data.Corpus;

/// <summary>
/// Tokens of corpora in files named by the hash of the text's files and the vocabulary, so that they are made once. A file ends with
/// the SHA-256 of the rest: one that was cut off or altered is made anew.
/// </summary>
public sealed class TokenCache(string folder)
{
    // To be raised when other text is taken from the files, or other tokens made of it.
    private const uint Version = 1;

    /// <summary>$XDG_CACHE_HOME/sparseprof, or ~/.cache/sparseprof.</summary>
    public static TokenCache OfUser()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return new TokenCache(Path.Combine(cache, "sparseprof"));
    }

    public TokenizedCorpus GetOrMake(CorpusFiles files, int vocabulary)
    {
        var path = Path.Combine(folder, $"tokens-{files.Sha256[..16]}-{vocabulary}.bin");
        if (TryRead(path) is { } known)
            return known;
        var made = TokenizedCorpus.Of(CorpusText.Read(files), vocabulary);
        TryWrite(path, made);
        return made;
    }

    private static TokenizedCorpus? TryRead(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            var content = bytes.AsSpan(..^SHA256.HashSizeInBytes);
            if (!SHA256.HashData(content).AsSpan().SequenceEqual(bytes.AsSpan(content.Length)))
                return null;
            using var reader = new BinaryReader(new MemoryStream(bytes, 0, content.Length));
            if (reader.ReadUInt32() != Version)
                return null;
            var merges = new (int, int)[reader.ReadInt32()];
            for (var i = 0; i < merges.Length; i++)
                merges[i] = (reader.ReadInt32(), reader.ReadInt32());
            return new TokenizedCorpus(new BytePairEncoding(merges), Tokens(), Tokens());

            ushort[] Tokens() => MemoryMarshal.Cast<byte, ushort>(reader.ReadBytes(reader.ReadInt32() * sizeof(ushort))).ToArray();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    // Without a cache the tokens are made again the next time; a full disk or a read-only home is no reason to stop.
    private void TryWrite(string path, TokenizedCorpus corpus)
    {
        try
        {
            Directory.CreateDirectory(folder);
            using var memory = new MemoryStream();
            using (var writer = new BinaryWriter(memory, System.Text.Encoding.UTF8, leaveOpen: true))
            {
                writer.Write(Version);
                writer.Write(corpus.Encoding.Merges.Count);
                foreach (var (left, right) in corpus.Encoding.Merges)
                {
                    writer.Write(left);
                    writer.Write(right);
                }

                foreach (var tokens in (ReadOnlySpan<ushort[]>)[corpus.Train, corpus.Validation])
                {
                    writer.Write(tokens.Length);
                    writer.Write(MemoryMarshal.AsBytes<ushort>(tokens));
                }
            }

            memory.Write(SHA256.HashData(memory.ToArray()));
            var partial = $"{path}.{Environment.ProcessId}.part";
            File.WriteAllBytes(partial, memory.ToArray());
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
        }
    }
}
