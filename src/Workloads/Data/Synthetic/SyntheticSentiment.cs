using SparseProf.Workloads.Data.Text;

namespace SparseProf.Workloads.Data.Synthetic;

/// <summary>Sentences in the shape of SST-2 from <see cref="SentimentGrammar"/>, as many positive as negative.</summary>
public static class SyntheticSentiment
{
    public const string Name = "synthetic-sentiment";

    // As in SyntheticVision.
    private const int FirstValidation = 1 << 30;

    private static readonly string[] s_classNames = ["negative", "positive"];
    private static readonly string[] s_groupNames = ["plain", "negation", "distractor", "negation and distractor"];

    /// <param name="sequence">Tokens an example.</param>
    public static DataSet Create(SyntheticOptions options, int sequence)
    {
        options = options.Checked();
        var tokenizer = new WordPiece(WordsAndLetters());
        return new DataSet(
            options.Named(Name),
            Synthetic: true,
            Split("train", options.Train, 0),
            Split("validation", options.Validation, FirstValidation),
            s_classNames.Length,
            tokenizer.Vocabulary.Count);

        SentenceSplit Split(string name, int count, int first)
        {
            var (texts, labels, groups) = (new string[count], new int[count], new int[count]);
            for (var i = 0; i < count; i++)
            {
                var grammar = new SentimentGrammar(options.Difficulty, new(options.Seed, first + i));
                labels[i] = i % s_classNames.Length;
                texts[i] = grammar.Sentence(positive: labels[i] == 1);
                groups[i] = (grammar.HasNegation ? 1 : 0) + (grammar.HasDistractor ? 2 : 0);
            }

            return new SentenceSplit(tokenizer, sequence, texts, labels, groups)
            {
                Name = name,
                Synthetic = true,
                Count = count,
                Classes = s_classNames.Length,
                ClassNames = s_classNames,
                GroupNames = s_groupNames,
            };
        }
    }

    // Letters, so that a misspelt word is spelt out and not lost.
    private static Vocabulary WordsAndLetters()
    {
        var letters = Enumerable.Range('a', 26).Select(letter => ((char)letter).ToString()).ToList();
        return new Vocabulary(
        [
            Vocabulary.Padding, Vocabulary.Unknown, Vocabulary.Start, Vocabulary.End, Vocabulary.Mask,
            .. SentimentWords.All, .. letters.Except(SentimentWords.All), .. letters.Select(letter => WordPiece.Continuation + letter),
        ]);
    }
}
