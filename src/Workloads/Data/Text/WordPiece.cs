namespace SparseProf.Workloads.Data.Text;

/// <summary>
/// BERT's tokenizer: words from <see cref="BasicTokenizer"/>, each split into the longest pieces that the vocabulary has,
/// from the left; pieces after the first begin with ##. A word that cannot be split is one [UNK].
/// </summary>
public sealed class WordPiece(Vocabulary vocabulary)
{
    public const string Continuation = "##";

    // Longer words are [UNK], as in BERT.
    private const int LongestWord = 100;

    private readonly Dictionary<string, int[]> _known = [];

    public Vocabulary Vocabulary => vocabulary;

    /// <summary>Token numbers, without [CLS] and [SEP].</summary>
    public List<int> Tokenize(string text)
    {
        var tokens = new List<int>();
        foreach (var word in BasicTokenizer.Words(text))
        {
            if (!_known.TryGetValue(word, out var pieces))
                _known.Add(word, pieces = Split(word));
            tokens.AddRange(pieces);
        }

        return tokens;
    }

    /// <summary>[CLS], the text, [SEP], then [PAD] up to the length of the target; the end of a long text is cut off.</summary>
    public void Encode(string text, Span<long> target)
    {
        target.Fill(vocabulary.PaddingToken);
        target[0] = vocabulary.StartToken;
        var tokens = Tokenize(text);
        var length = Math.Min(tokens.Count, target.Length - 2);
        for (var i = 0; i < length; i++)
            target[i + 1] = tokens[i];
        target[length + 1] = vocabulary.EndToken;
    }

    private int[] Split(string word)
    {
        if (word.Length > LongestWord)
            return [vocabulary.UnknownToken];
        Span<char> piece = stackalloc char[LongestWord + Continuation.Length];
        Continuation.CopyTo(piece);
        var pieces = new List<int>();
        for (var start = 0; start < word.Length;)
        {
            word.AsSpan(start).CopyTo(piece[Continuation.Length..]);
            var prefix = start == 0 ? Continuation.Length : 0;
            var length = word.Length - start;
            int number;
            while (!vocabulary.TryFind(piece[prefix..(Continuation.Length + length)], out number))
            {
                if (--length == 0)
                    return [vocabulary.UnknownToken];
            }

            pieces.Add(number);
            start += length;
        }

        return [.. pieces];
    }
}
