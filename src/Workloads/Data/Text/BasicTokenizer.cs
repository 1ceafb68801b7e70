using System.Globalization;
using System.Text;

namespace SparseProf.Workloads.Data.Text;

/// <summary>
/// BERT's first step from text to words (google-research/bert, tokenization.py): lower case without accents, split at white
/// space, and each punctuation mark and CJK ideograph a word of its own.
/// </summary>
public static class BasicTokenizer
{
    private const int ReplacementCharacter = 0xFFFD;

    public static List<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in Lowered(text).EnumerateRunes())
        {
            if (IsSpace(rune))
            {
                EndWord();
            }
            else if (IsPunctuation(rune) || IsIdeograph(rune.Value))
            {
                EndWord();
                words.Add(rune.ToString());
            }
            else
            {
                word.Append(rune);
            }
        }

        EndWord();
        return words;

        void EndWord()
        {
            if (word.Length > 0)
                words.Add(word.ToString());
            word.Clear();
        }
    }

    private static string Lowered(string text)
    {
        var lowered = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsSpace(rune) && IsControl(rune))
                continue;
            AccentStripping.Append(lowered, Rune.ToLowerInvariant(rune));
        }

        return lowered.ToString();
    }

    private static bool IsSpace(Rune rune) =>
        rune.Value is ' ' or '\t' or '\n' or '\r' || Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator;

    private static bool IsControl(Rune rune) =>
        rune.Value is 0 or ReplacementCharacter || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format;

    // ASCII symbols such as $ and ^ count as punctuation, though Unicode classes them otherwise.
    private static bool IsPunctuation(Rune rune) =>
        rune.Value is (>= 33 and <= 47) or (>= 58 and <= 64) or (>= 91 and <= 96) or (>= 123 and <= 126)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation
            or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation
            or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation;

    private static bool IsIdeograph(int value) =>
        value is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
            or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B820 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
