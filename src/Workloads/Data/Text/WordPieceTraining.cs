namespace SparseProf.Workloads.Data.Text;

/// <summary>
/// A WordPiece vocabulary learned from texts, for users without one: special tokens, single characters, then pieces by
/// <see cref="PairMerging"/>, as the trainers in use do it (the original one was not published).
/// </summary>
public static class WordPieceTraining
{
    private static readonly string[] s_special = [Vocabulary.Padding, Vocabulary.Unknown, Vocabulary.Start, Vocabulary.End, Vocabulary.Mask];

    /// <param name="size">Tokens at most; fewer where the texts give no more.</param>
    public static Vocabulary Learn(IEnumerable<string> texts, int size)
    {
        var words = texts.SelectMany(BasicTokenizer.Words).CountBy(word => word).OrderBy(word => word.Key, StringComparer.Ordinal).ToList();
        var pieces = words.SelectMany(word => Pieces(word.Key)).Distinct().Order(StringComparer.Ordinal).ToList();
        var numbers = pieces.Index().ToDictionary(piece => piece.Item, piece => piece.Index);
        var merges = PairMerging.Learn(
            words.Select(word => (Pieces(word.Key).Select(piece => numbers[piece]).ToArray(), (long)word.Value)),
            pieces.Count,
            Math.Max(0, size - s_special.Length - pieces.Count));
        foreach (var (left, right) in merges)
            pieces.Add(pieces[left] + pieces[right][WordPiece.Continuation.Length..]);
        return new Vocabulary([.. s_special, .. pieces.Distinct()]);
    }

    private static IEnumerable<string> Pieces(string word) =>
        word.EnumerateRunes().Select((rune, place) => place == 0 ? rune.ToString() : WordPiece.Continuation + rune);
}
