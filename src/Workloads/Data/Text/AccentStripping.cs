using System.Globalization;
using System.Text;

namespace SparseProf.Workloads.Data.Text;

/// <summary>
/// Letters without their accents: what is left of Unicode's canonical decomposition when its nonspacing marks are taken
/// away. The table (accents.txt) holds, a line each, what is left and the lower-case characters that it is left of; .NET's
/// own decomposition needs ICU, which invariant globalization does without.
/// </summary>
internal static class AccentStripping
{
    // Hangul syllables decompose by arithmetic (Unicode standard, section 3.12).
    private const int FirstSyllable = 0xAC00;
    private const int LastSyllable = 0xD7A3;
    private const int Trails = 28;
    private const int Vowels = 21;

    private static readonly Dictionary<int, string> s_stripped = ReadTable();

    public static void Append(StringBuilder target, Rune lowerCase)
    {
        if (lowerCase.IsAscii)
            target.Append((char)lowerCase.Value);
        else if (s_stripped.TryGetValue(lowerCase.Value, out var stripped))
            target.Append(stripped);
        else if (lowerCase.Value is >= FirstSyllable and <= LastSyllable)
            AppendSyllable(target, lowerCase.Value - FirstSyllable);
        else if (Rune.GetUnicodeCategory(lowerCase) != UnicodeCategory.NonSpacingMark)
            target.Append(lowerCase);
    }

    private static void AppendSyllable(StringBuilder target, int syllable)
    {
        target.Append((char)(0x1100 + syllable / (Vowels * Trails)));
        target.Append((char)(0x1161 + syllable % (Vowels * Trails) / Trails));
        if (syllable % Trails > 0)
            target.Append((char)(0x11A7 + syllable % Trails));
    }

    private static Dictionary<int, string> ReadTable()
    {
        using var stream = typeof(AccentStripping).Assembly.GetManifestResourceStream("accents.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var table = new Dictionary<int, string>();
        while (reader.ReadLine() is { } line)
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            foreach (var accented in line.AsSpan(space + 1))
                table[accented] = line[..space];
        }

        return table;
    }
}
