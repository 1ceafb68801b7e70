using System.Buffers.Binary;
using System.Text;

namespace SparseProf.Profiler.Devices.Cuda.Native;

/// <summary>
/// Reads which libraries an ELF64 little-endian shared object asks the loader for (DT_NEEDED). CUDA 12's and 13's
/// cuSPARSE share one soname, and only the nvJitLink that they ask for tells them apart.
/// </summary>
internal static class ElfNeeded
{
    private const uint SegmentLoad = 1;
    private const uint SegmentDynamic = 2;
    private const long TagNeeded = 1;
    private const long TagStringTable = 5;

    /// <summary>Empty for a file that is not ELF64.</summary>
    public static IReadOnlyList<string> Read(string path)
    {
        using var file = File.OpenRead(path);
        var header = new byte[64];
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || !IsElf64(header))
            return [];

        var segments = ReadSegments(file, header);
        var dynamic = segments.Find(segment => segment.Type == SegmentDynamic);
        var entries = DynamicEntries(ReadAt(file, (long)dynamic.Offset, (int)dynamic.Size));
        var table = entries.Find(entry => entry.Tag == TagStringTable).Value;
        return [.. entries.Where(entry => entry.Tag == TagNeeded).Select(entry => ReadText(file, FileOffset(segments, table) + (long)entry.Value))];
    }

    private static bool IsElf64(byte[] header) => header is [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, ..];

    private static List<Segment> ReadSegments(FileStream file, byte[] header)
    {
        var offset = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(32));
        var size = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(54));
        var count = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(56));
        var segments = new List<Segment>();
        for (var i = 0; i < count; i++)
        {
            var bytes = ReadAt(file, offset + i * size, size);
            segments.Add(new Segment(
                BinaryPrimitives.ReadUInt32LittleEndian(bytes),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(8)),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(16)),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(32))));
        }

        return segments;
    }

    private static List<(long Tag, ulong Value)> DynamicEntries(byte[] section)
    {
        var entries = new List<(long, ulong)>();
        for (var at = 0; at + 16 <= section.Length; at += 16)
            entries.Add((BinaryPrimitives.ReadInt64LittleEndian(section.AsSpan(at)), BinaryPrimitives.ReadUInt64LittleEndian(section.AsSpan(at + 8))));
        return entries;
    }

    private static long FileOffset(List<Segment> segments, ulong address)
    {
        var holder = segments.Find(segment => segment.Type == SegmentLoad && segment.Address <= address && address < segment.Address + segment.Size);
        return (long)(address - holder.Address + holder.Offset);
    }

    private static string ReadText(FileStream file, long offset)
    {
        var bytes = ReadAt(file, offset, 256);
        var end = Array.IndexOf(bytes, (byte)0);
        return Encoding.ASCII.GetString(bytes, 0, end < 0 ? bytes.Length : end);
    }

    private static byte[] ReadAt(FileStream file, long offset, int length)
    {
        var bytes = new byte[length];
        file.Position = offset;
        var read = file.ReadAtLeast(bytes, length, throwOnEndOfStream: false);
        return bytes[..read];
    }

    private readonly record struct Segment(uint Type, ulong Offset, ulong Address, ulong Size);
}
