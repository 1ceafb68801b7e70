using System.Text;
using SparseProf.Ops.Statistics;

namespace SparseProf.Workloads.Data.Text;

/// <summary>Sentences with typing mistakes or words missing. At the worst severity a third of the words are struck.</summary>
internal static class TextCorruptions
{
    private const double WorstShare = 1.0 / 3;

    /// <exception cref="ArgumentException">A corruption of images.</exception>
    public static string Apply(string text, Corruption corruption, ulong seed, int example)
    {
        var random = new SplitMix64((long)seed, example);
        var share = WorstShare * corruption.Strength;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return corruption.Kind switch
        {
            CorruptionKind.Typos => Typos(words, share, ref random),
            CorruptionKind.WordDrops => Drops(words, share, ref random),
            _ => throw new ArgumentException($"{corruption.Name} is no corruption of text", nameof(corruption)),
        };
    }

    private static string Typos(string[] words, double share, ref SplitMix64 random)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (random.NextUniform() < share)
                words[i] = Mistype(words[i], ref random);
        }

        return string.Join(' ', words);
    }

    // Two letters swapped, one left out, one doubled, or one replaced by another.
    private static string Mistype(string word, ref SplitMix64 random)
    {
        var letters = new StringBuilder(word);
        var place = random.NextIndex(word.Length);
        switch (random.NextIndex(4))
        {
            case 0 when place + 1 < word.Length:
                (letters[place], letters[place + 1]) = (letters[place + 1], letters[place]);
                break;
            case 1 when word.Length > 1:
                letters.Remove(place, 1);
                break;
            case 2:
                letters.Insert(place, letters[place]);
                break;
            default:
                letters[place] = (char)('a' + random.NextIndex(26));
                break;
        }

        return letters.ToString();
    }

    // One word is always left.
    private static string Drops(string[] words, double share, ref SplitMix64 random)
    {
        var kept = new List<string>(words.Length);
        foreach (var word in words)
        {
            if (random.NextUniform() >= share)
                kept.Add(word);
        }

        return kept.Count > 0 ? string.Join(' ', kept) : words.FirstOrDefault() ?? "";
    }
}
