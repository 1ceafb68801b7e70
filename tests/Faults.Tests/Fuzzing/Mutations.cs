using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace SparseProf.Faults.Tests.Fuzzing;

/// <summary>Inputs near valid ones: valid files with some edits, and rarely bytes of any kind.</summary>
internal static class Mutations
{
    private const int Longest = 1 << 14;

    private static readonly byte[][] s_tokens =
    [
        .. new[]
        {
            "", "0", "-0", "-1", "1e999", "-1e999", "1e-999", "NaN", "Infinity", "9223372036854775808", "99999999999999999999999999", "0.1.2", "1,5", "\"", "\"\"", "'", "\\", "\\u0000",
            "\\ud800", "null", "true", "{}", "[]", "{", "}", "[", "]", ":", ",", ";", "\t", "\r", "\n", "\r\n", "#", "@", "csr@", "block:0x0@1", "2:4", "0:0", "block:2147483647x2147483647@1",
            "\0", "\uFEFF", "é", "𝔘", "%s", "%00", "../", "$(id)", "`id`", "DROP TABLE run;", "&anchor", "*anchor", "!!", "|", ">", "- ", "  ", "\u2028",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [.. Enumerable.Repeat((byte)'[', 3000)], [.. Enumerable.Repeat((byte)'9', 5000)], [.. Enumerable.Repeat((byte)'(', 2000)],
    ];

    /// <param name="valid">Files to begin with.</param>
    public static Gen<byte[]> Of(IReadOnlyList<byte[]> valid) => Gen.Frequency(
        (30, Gen.Elements(valid.AsEnumerable()).SelectMany(file => Gen.Choose(1, 6).SelectMany(edits => Gen.Choose(0, int.MaxValue).Select(seed => Edit(file, edits, new Random(seed), valid))))),
        (1, ArbMap.Default.GeneratorFor<byte[]>()),
        (1, ArbMap.Default.GeneratorFor<string>().Select(text => Encoding.UTF8.GetBytes(text ?? ""))));

    private static byte[] Edit(byte[] file, int edits, Random random, IReadOnlyList<byte[]> valid)
    {
        var bytes = file.ToList();
        for (var i = 0; i < edits; i++)
        {
            var at = random.Next(bytes.Count + 1);
            var length = Math.Min(random.Next(1 + random.Next(40)), bytes.Count - at);
            switch (random.Next(8))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes.InsertRange(at, s_tokens[random.Next(s_tokens.Length)]);
                    break;
                case 3:
                    bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.RemoveRange(at, length);
                    bytes.InsertRange(at, s_tokens[random.Next(s_tokens.Length)]);
                    break;
                case 5 when random.Next(4) == 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 6:
                    var other = valid[random.Next(valid.Count)];
                    var start = random.Next(other.Length);
                    bytes.InsertRange(at, other[start..Math.Min(other.Length, start + random.Next(200))]);
                    break;
                default:
                    Digit(bytes, random);
                    break;
            }
        }

        return [.. bytes.Take(Longest)];
    }

    // Numbers are what parsers get wrong: one of them becomes another.
    private static void Digit(List<byte> bytes, Random random)
    {
        var digits = Enumerable.Range(0, bytes.Count).Where(i => bytes[i] is >= (byte)'0' and <= (byte)'9').ToList();
        if (digits.Count > 0)
            bytes[digits[random.Next(digits.Count)]] = (byte)"0123456789-.eE"[random.Next(14)];
    }
}
