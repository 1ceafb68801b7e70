using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace SparseProf.Reports.Pdf;

/// <summary>
/// Packs the plain objects of a PDF into compressed object streams (ISO 32000-1, 7.5.7 and 7.5.8). Chromium writes the
/// structure that makes a PDF accessible as thousands of plain objects; packed they take a tenth.
/// </summary>
internal static class PdfCompaction
{
    private const int ObjectsPerStream = 200;

    /// <summary>The same document, smaller; the original where it is not laid out as expected.</summary>
    public static byte[] Compact(byte[] pdf)
    {
        try
        {
            var packed = Pack(pdf);
            return packed.Length < pdf.Length ? packed : pdf;
        }
        catch (Exception unexpected) when (unexpected is FormatException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            return pdf;
        }
    }

    private static byte[] Pack(byte[] pdf)
    {
        var text = Encoding.Latin1.GetString(pdf);
        var table = int.Parse(Line(text, text.LastIndexOf("startxref", StringComparison.Ordinal) + "startxref".Length + 1), CultureInfo.InvariantCulture);
        var offsets = Offsets(text, table);
        var trailerAt = text.IndexOf("trailer", table, StringComparison.Ordinal);
        var trailer = text[(text.IndexOf("<<", trailerAt, StringComparison.Ordinal) + 2)..text.LastIndexOf(">>", StringComparison.Ordinal)];
        var ends = offsets.Values.Append(table).Order().ToArray();
        var output = new MemoryStream(pdf.Length / 2);
        output.Write("%PDF-1.5\n%\xE2\xE3\xCF\xD3\n"u8);
        var entries = new SortedDictionary<int, (byte Kind, long Where, int Index)>();
        var plain = new List<(int Id, string Body)>();
        foreach (var (id, offset) in offsets.OrderBy(entry => entry.Key))
        {
            var end = ends[Array.BinarySearch(ends, offset) + 1];
            var whole = text[offset..end];
            var bodyAt = whole.IndexOf(" obj", StringComparison.Ordinal) + " obj".Length;
            var body = whole[bodyAt..whole.LastIndexOf("endobj", StringComparison.Ordinal)].Trim();
            if (body.EndsWith("endstream", StringComparison.Ordinal))
            {
                entries[id] = (1, output.Length, 0);
                output.Write(Encoding.Latin1.GetBytes($"{id} 0 obj\n{body}\nendobj\n"));
            }
            else
            {
                plain.Add((id, body));
            }
        }

        var next = offsets.Keys.Max() + 1;
        foreach (var chunk in plain.Chunk(ObjectsPerStream))
        {
            var (stream, first) = Joined(chunk);
            for (var i = 0; i < chunk.Length; i++)
                entries[chunk[i].Id] = (2, next, i);
            entries[next] = (1, output.Length, 0);
            WriteStream(output, next++, $"/Type /ObjStm /N {chunk.Length} /First {first}", stream);
        }

        var start = output.Length;
        entries[next] = (1, start, 0);
        WriteStream(output, next, $"/Type /XRef /W [1 4 2] /Index [{string.Join(' ', Ranges(entries.Keys))}] {WithoutSize(trailer)} /Size {next + 1}", References(entries));
        output.Write(Encoding.Latin1.GetBytes($"startxref\n{start}\n%%EOF\n"));
        return output.ToArray();
    }

    /// <summary>Object offsets from the cross-reference table.</summary>
    private static Dictionary<int, int> Offsets(string text, int table)
    {
        var offsets = new Dictionary<int, int>();
        var lines = text[table..text.IndexOf("trailer", table, StringComparison.Ordinal)].Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines[0] != "xref")
            throw new FormatException("no cross-reference table");
        var id = 0;
        foreach (var line in lines[1..])
        {
            var fields = line.Split(' ');
            if (fields.Length == 2)
                id = int.Parse(fields[0], CultureInfo.InvariantCulture);
            else if (fields[2] == "n")
                offsets[id++] = int.Parse(fields[0], CultureInfo.InvariantCulture);
            else
                id++;
        }

        return offsets;
    }

    private static (byte[] Stream, int First) Joined((int Id, string Body)[] objects)
    {
        var index = new StringBuilder();
        var bodies = new StringBuilder();
        foreach (var (id, body) in objects)
        {
            index.Append(CultureInfo.InvariantCulture, $"{id} {bodies.Length} ");
            bodies.Append(body).Append('\n');
        }

        return (Encoding.Latin1.GetBytes(index.ToString() + bodies), index.Length);
    }

    private static byte[] References(SortedDictionary<int, (byte Kind, long Where, int Index)> entries)
    {
        var bytes = new byte[entries.Count * 7];
        var at = 0;
        foreach (var (kind, where, index) in entries.Values)
        {
            bytes[at] = kind;
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at + 1), checked((uint)where));
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at + 5), checked((ushort)index));
            at += 7;
        }

        return bytes;
    }

    private static IEnumerable<int> Ranges(IEnumerable<int> ids)
    {
        var (first, count) = (-1, 0);
        foreach (var id in ids)
        {
            if (count > 0 && id == first + count)
            {
                count++;
                continue;
            }

            if (count > 0)
            {
                yield return first;
                yield return count;
            }

            (first, count) = (id, 1);
        }

        yield return first;
        yield return count;
    }

    private static void WriteStream(MemoryStream output, int id, string dictionary, byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(content);
        output.Write(Encoding.Latin1.GetBytes($"{id} 0 obj\n<< {dictionary} /Filter /FlateDecode /Length {compressed.Length} >>\nstream\n"));
        output.Write(compressed.GetBuffer(), 0, (int)compressed.Length);
        output.Write("\nendstream\nendobj\n"u8);
    }

    private static string WithoutSize(string trailer) => string.Join(' ', trailer.Split('\n').Where(line => !line.TrimStart().StartsWith("/Size", StringComparison.Ordinal)));

    private static string Line(string text, int at) => text[at..text.IndexOf('\n', at)].Trim();
}
