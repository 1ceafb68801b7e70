using SparseProf.Ops.Statistics;

namespace SparseProf.Workloads.Data.Synthetic;

/// <summary>
/// Sentences whose sentiment is that of one clause: negations turn it around, and clauses before "but", after "although",
/// about other works or of other people's opinion do not count. Later words of the lists are rarer (Zipf's law).
/// </summary>
internal sealed class SentimentGrammar(double difficulty, SplitMix64 random)
{
    private SplitMix64 _random = random;

    public bool HasNegation { get; private set; }

    public bool HasDistractor { get; private set; }

    /// <summary>A sentence with this sentiment.</summary>
    public string Sentence(bool positive)
    {
        var clauses = new List<string>();
        var main = Opinion(positive);
        if (Chance(1.2 * difficulty))
        {
            HasDistractor = true;
            main = Distracted(main, positive);
        }

        clauses.Add(main);
        if (Chance(0.4))
            clauses.Insert(_random.NextIndex(2), Pick(SentimentWords.Facts));
        return string.Join(" , ", clauses) + " .";
    }

    // The opinion that does not count says the opposite more often than not, so that counting words misleads.
    private string Distracted(string main, bool positive)
    {
        var other = Chance(0.75) ? !positive : positive;
        return _random.NextIndex(5) switch
        {
            0 => $"{Plain(other)} , but {main}",
            1 => $"although {Plain(other)} , {main}",
            2 => $"{main} , even if {Plain(other)}",
            3 => $"{Pick(SentimentWords.Others)} called it {Adjective(other)} and {main}",
            _ => $"{Pick(SentimentWords.Elsewhere)} looked {Adjective(other)} and {main}",
        };
    }

    private string Opinion(bool positive)
    {
        if (!Chance(difficulty))
            return Plain(positive);
        HasNegation = true;
        return Chance(0.25 * difficulty) ? $"it is not true that {Negated(!positive)}" : Negated(positive);
    }

    private string Plain(bool positive) => _random.NextIndex(4) switch
    {
        0 => $"the {Rare(SentimentWords.Parts)} is {Adjective(positive)}",
        1 => $"the {Rare(SentimentWords.Parts)} is {Pick(SentimentWords.Degrees)} {Adjective(positive)}",
        2 => $"i {Verb(positive)} the {Rare(SentimentWords.Parts)}",
        _ => $"it is a {Adjective(positive)} {Rare(SentimentWords.Parts)}",
    };

    private string Negated(bool positive) => _random.NextIndex(5) switch
    {
        0 => $"the {Rare(SentimentWords.Parts)} is not {Adjective(!positive)}",
        1 => $"the {Rare(SentimentWords.Parts)} is never {Adjective(!positive)}",
        2 => $"i do not {Verb(!positive)} the {Rare(SentimentWords.Parts)}",
        3 => $"no one could call the {Rare(SentimentWords.Parts)} {Adjective(!positive)}",
        _ => $"it is far from a {Adjective(!positive)} {Rare(SentimentWords.Parts)}",
    };

    private string Adjective(bool positive) => Rare(positive ? SentimentWords.Good : SentimentWords.Bad);

    private string Verb(bool positive) => Rare(positive ? SentimentWords.Praises : SentimentWords.Blames);

    private string Pick(string[] words) => words[_random.NextIndex(words.Length)];

    // Place k of n with a probability of about 1/(k + 1).
    private string Rare(string[] words) => words[(int)(Math.Pow(words.Length + 1, _random.NextUniform()) - 1)];

    private bool Chance(double probability) => _random.NextUniform() < probability;
}
