using SparseProf.Workloads.Data.Text;

namespace SparseProf.Workloads.Tests.Data.Text;

public sealed class PairMergingTests
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz_";

    [Fact]
    public void The_merges_of_the_published_example_are_found()
    {
        // Sennrich, Haddow and Birch 2016, algorithm 1: "es", then "est_" from two merges that occur equally often, so
        // that either may come first, then "lo" and "low".
        var merges = Learn(10, ("low_", 5), ("lower_", 2), ("newest_", 6), ("widest_", 3));
        Assert.Equal(["es", "t_", "est_", "lo", "low"], merges.Take(5));
        Assert.Contains("newest_", merges);
        Assert.Contains("low_", merges);
    }

    [Fact]
    public void Counts_after_merges_equal_counts_from_scratch()
    {
        var random = new Random(3);
        var words = Enumerable.Range(0, 60)
            .Select(_ => (string.Concat(Enumerable.Range(0, random.Next(2, 9)).Select(_ => "abc"[random.Next(3)])), random.Next(1, 9)))
            .ToArray();
        Assert.Equal(LearnSlowly(25, words), Learn(25, words));
    }

    [Fact]
    public void Merging_ends_where_no_pair_occurs_twice() => Assert.Empty(Learn(10, ("abc", 1), ("def", 1)));

    private static List<string> Learn(int merges, params (string Word, int Count)[] words)
    {
        var names = Letters.Select(letter => letter.ToString()).ToList();
        var learned = new List<string>();
        foreach (var (left, right) in PairMerging.Learn(words.Select(word => (word.Word.Select(Letter).ToArray(), (long)word.Count)), Letters.Length, merges))
        {
            names.Add(names[left] + names[right]);
            learned.Add(names[^1]);
        }

        return learned;
    }

    private static List<string> LearnSlowly(int merges, (string Word, int Count)[] words)
    {
        var names = Letters.Select(letter => letter.ToString()).ToList();
        var split = words.Select(word => (Symbols: word.Word.Select(Letter).ToList(), word.Count)).ToList();
        var learned = new List<string>();
        while (learned.Count < merges)
        {
            var counts = new Dictionary<(int, int), long>();
            foreach (var (symbols, count) in split)
            {
                foreach (var pair in symbols.Zip(symbols.Skip(1)))
                    counts[pair] = counts.GetValueOrDefault(pair) + count;
            }

            var (best, occurrences) = counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key).FirstOrDefault();
            if (occurrences < 2)
                break;
            names.Add(names[best.Item1] + names[best.Item2]);
            learned.Add(names[^1]);
            foreach (var (symbols, _) in split)
            {
                for (var i = 0; i + 1 < symbols.Count; i++)
                {
                    if ((symbols[i], symbols[i + 1]) == best)
                    {
                        symbols[i] = names.Count - 1;
                        symbols.RemoveAt(i + 1);
                    }
                }
            }
        }

        return learned;
    }

    private static int Letter(char letter) => Letters.IndexOf(letter, StringComparison.Ordinal);
}
