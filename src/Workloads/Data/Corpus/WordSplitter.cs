namespace SparseProf.Workloads.Data.Corpus;

/// <summary>
/// Splits text before byte-pair encoding, as GPT-2 does: runs of letters, of digits (three at most), of other signs, each
/// with the space before it, and runs of white space. Pieces never reach over such a border. Together they are the text.
/// </summary>
internal static class WordSplitter
{
    private const int LongestNumber = 3;

    private enum Kind
    {
        Space,
        Letter,
        Digit,
        Sign,
    }

    /// <summary>The end of the word that begins at <paramref name="start"/>.</summary>
    public static int End(ReadOnlySpan<char> text, int start)
    {
        var first = start;
        if (text[start] == ' ' && start + 1 < text.Length && KindAt(text, start + 1) != Kind.Space)
            first++;
        var kind = KindAt(text, first);
        var end = first + 1;
        while (end < text.Length && KindAt(text, end) == kind && (kind != Kind.Digit || end - first < LongestNumber))
            end++;

        // The last of some spaces belongs to the word behind them.
        return kind == Kind.Space && end < text.Length && text[end - 1] == ' ' && end - start > 1 ? end - 1 : end;
    }

    // A surrogate counts as a sign: both halves stay together.
    private static Kind KindAt(ReadOnlySpan<char> text, int place)
    {
        var character = text[place];
        return char.IsWhiteSpace(character) ? Kind.Space
            : char.IsLetter(character) ? Kind.Letter
            : char.IsDigit(character) ? Kind.Digit
            : Kind.Sign;
    }
}
