namespace SparseProf.Workloads.Data.Text;

/// <summary>
/// Byte-pair encoding's training (Sennrich, Haddow and Birch 2016): the pair of neighbouring symbols that occurs most
/// becomes a new symbol, again and again. Of pairs that occur equally often the one with the smaller numbers is taken, so
/// that the same words give the same symbols.
/// </summary>
internal sealed class PairMerging
{
    // A pair that occurs once joins nothing that is worth a symbol.
    private const long FewestOccurrences = 2;

    private readonly List<(int[] Symbols, long Count)> _words;
    private readonly Dictionary<(int Left, int Right), long> _counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _places = [];
    private readonly PriorityQueue<((int Left, int Right) Pair, long Count), (long, int, int)> _queue = new();

    private PairMerging(IEnumerable<(int[] Symbols, long Count)> words)
    {
        _words = [.. words];
        for (var word = 0; word < _words.Count; word++)
            Count(word, 1);
        foreach (var pair in _counts.Keys)
            Enqueue(pair);
    }

    /// <summary>Merges in the order in which they were learned; the n-th makes symbol <paramref name="symbols"/> + n.</summary>
    /// <param name="words">Each word as symbols 0 … <paramref name="symbols"/> − 1, and how often it occurs.</param>
    public static List<(int Left, int Right)> Learn(IEnumerable<(int[] Symbols, long Count)> words, int symbols, int merges)
    {
        var merging = new PairMerging(words);
        var learned = new List<(int, int)>(merges);
        while (learned.Count < merges && merging.Next() is { } pair)
        {
            merging.Merge(pair, symbols + learned.Count);
            learned.Add(pair);
        }

        return learned;
    }

    // Counts in the queue may be out of date; the pair then stands there again with the right one.
    private (int Left, int Right)? Next()
    {
        while (_queue.TryDequeue(out var entry, out _))
        {
            if (entry.Count >= FewestOccurrences && _counts.GetValueOrDefault(entry.Pair) == entry.Count)
                return entry.Pair;
        }

        return null;
    }

    private void Merge((int Left, int Right) pair, int symbol)
    {
        var changed = new HashSet<(int, int)>();
        foreach (var word in _places[pair].Order().ToArray())
        {
            Count(word, -1, changed);
            var old = _words[word].Symbols;
            var merged = new List<int>(old.Length);
            for (var i = 0; i < old.Length; i++)
            {
                var isPair = i + 1 < old.Length && old[i] == pair.Left && old[i + 1] == pair.Right;
                merged.Add(isPair ? symbol : old[i]);
                if (isPair)
                    i++;
            }

            _words[word] = (merged.ToArray(), _words[word].Count);
            Count(word, 1, changed);
        }

        foreach (var other in changed)
            Enqueue(other);
    }

    private void Count(int word, int sign, HashSet<(int, int)>? changed = null)
    {
        var (symbols, count) = _words[word];
        for (var i = 0; i + 1 < symbols.Length; i++)
        {
            var pair = (symbols[i], symbols[i + 1]);
            _counts[pair] = _counts.GetValueOrDefault(pair) + sign * count;
            if (!_places.TryGetValue(pair, out var places))
                _places.Add(pair, places = []);
            if (sign > 0)
                places.Add(word);
            else
                places.Remove(word);
            changed?.Add(pair);
        }
    }

    private void Enqueue((int Left, int Right) pair)
    {
        var count = _counts[pair];
        if (count >= FewestOccurrences)
            _queue.Enqueue((pair, count), (-count, pair.Left, pair.Right));
    }
}
