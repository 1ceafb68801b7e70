using System.Text;
using SparseProf.Workloads.Data.Text;

namespace SparseProf.Workloads.Data.Corpus;

/// <summary>
/// Byte-level byte-pair encoding (Radford et al. 2019): tokens 0 to 255 are bytes of UTF-8, the last one ends a document,
/// those between are learned. Every text has tokens, and they spell it again.
/// </summary>
public sealed class BytePairEncoding
{
    private const int Bytes = 256;

    private readonly Dictionary<(int Left, int Right), int> _ranks = [];
    private readonly List<byte[]> _spelling = [];
    private readonly Dictionary<string, int[]> _words = [];
    private readonly Dictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public BytePairEncoding(IReadOnlyList<(int Left, int Right)> merges)
    {
        Merges = merges;
        _lookup = _words.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var value = 0; value < Bytes; value++)
            _spelling.Add([(byte)value]);
        foreach (var pair in merges)
        {
            _ranks.Add(pair, _spelling.Count);
            _spelling.Add([.. _spelling[pair.Left], .. _spelling[pair.Right]]);
        }
    }

    public IReadOnlyList<(int Left, int Right)> Merges { get; }

    public int Vocabulary => _spelling.Count + 1;

    public int EndOfDocument => _spelling.Count;

    /// <param name="vocabulary">Tokens at most: bytes, learned ones and the end of a document.</param>
    public static BytePairEncoding Learn(IEnumerable<string> texts, int vocabulary)
    {
        var counts = new Dictionary<string, long>();
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var text in texts)
        {
            for (int start = 0, end; start < text.Length; start = end)
            {
                end = WordSplitter.End(text, start);
                var word = text.AsSpan(start, end - start);
                lookup[word] = lookup.TryGetValue(word, out var count) ? count + 1 : 1;
            }
        }

        // The order of a dictionary is not promised.
        var words = counts.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => (Encoding.UTF8.GetBytes(entry.Key).Select(value => (int)value).ToArray(), entry.Value));
        return new BytePairEncoding(PairMerging.Learn(words, Bytes, vocabulary - Bytes - 1));
    }

    public void Encode(ReadOnlySpan<char> text, List<int> tokens)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = WordSplitter.End(text, start);
            var word = text[start..end];
            if (!_lookup.TryGetValue(word, out var pieces))
                _lookup[word] = pieces = Merge(word);
            tokens.AddRange(pieces);
        }
    }

    /// <summary>The text that tokens spell; bytes that make no UTF-8 become replacement characters.</summary>
    public string Decode(IEnumerable<int> tokens) =>
        Encoding.UTF8.GetString([.. tokens.Where(token => token != EndOfDocument).SelectMany(token => _spelling[token])]);

    // The earliest merge that applies comes first, as in training.
    private int[] Merge(ReadOnlySpan<char> word)
    {
        var symbols = new List<int>(Encoding.UTF8.GetByteCount(word));
        foreach (var value in Encoding.UTF8.GetBytes(word.ToString()))
            symbols.Add(value);
        while (true)
        {
            var (best, place) = (int.MaxValue, -1);
            for (var i = 0; i + 1 < symbols.Count; i++)
            {
                if (_ranks.TryGetValue((symbols[i], symbols[i + 1]), out var rank) && rank < best)
                    (best, place) = (rank, i);
            }

            if (place < 0)
                return [.. symbols];
            symbols[place] = best;
            symbols.RemoveAt(place + 1);
        }
    }
}
