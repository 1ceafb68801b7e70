using SparseProf.Ops.Errors;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Data.Synthetic;
using SparseProf.Workloads.Data.Text;

namespace SparseProf.Workloads.Tests.Data.Synthetic;

public sealed class SyntheticSentimentTests
{
    private static readonly DataSet s_data = SyntheticSentiment.Create(new SyntheticOptions(Train: 4000, Validation: 1000), sequence: 40);
    private static readonly SentenceSplit s_train = (SentenceSplit)s_data.Train;

    [Fact]
    public void It_has_the_shape_of_SST_2_and_is_called_synthetic()
    {
        Assert.Equal(("synthetic-sentiment", true, 2), (s_data.Name, s_data.Synthetic, s_data.Classes));
        Assert.Equal(2000, Enumerable.Range(0, 4000).Count(i => s_train.Label(i) == 1));
        Assert.InRange(s_data.Vocabulary!.Value, 250, 400);
    }

    [Fact]
    public void Equal_options_make_equal_sentences() =>
        Assert.Equal(s_train.Texts.Take(50), ((SentenceSplit)SyntheticSentiment.Create(new SyntheticOptions(Train: 50, Validation: 1), 40).Train).Texts);

    [Fact]
    public void Every_word_of_the_grammar_is_a_token()
    {
        var known = SentimentWords.All.ToHashSet();
        Assert.DoesNotContain(s_train.Texts.SelectMany(text => text.Split(' ')), word => !known.Contains(word));
    }

    [Fact]
    public void Counting_good_and_bad_words_is_right_on_plain_sentences_and_misleads_on_the_others()
    {
        var right = Enumerable.Range(0, s_train.Count).GroupBy(i => s_train.GroupNames[s_train.Group(i)])
            .ToDictionary(group => group.Key, group => group.Average(i => Correct(s_train.Texts[i], s_train.Label(i))));
        Assert.InRange(right["plain"], 0.99, 1);
        Assert.InRange(right["negation"], 0, 0.2);
        Assert.InRange(right["distractor"], 0.4, 0.75);
        Assert.InRange(right["negation and distractor"], 0.1, 0.5);

        // A tie is half right.
        static double Correct(string text, int label)
        {
            var words = text.Split(' ');
            var score = words.Count(word => SentimentWords.Good.Contains(word) || SentimentWords.Praises.Contains(word))
                - words.Count(word => SentimentWords.Bad.Contains(word) || SentimentWords.Blames.Contains(word));
            return score == 0 ? 0.5 : score > 0 == (label == 1) ? 1 : 0;
        }
    }

    [Fact]
    public void An_easy_set_has_neither_negation_nor_distraction()
    {
        var easy = (SentenceSplit)SyntheticSentiment.Create(new SyntheticOptions(Train: 300, Validation: 1, Difficulty: 0), 40).Train;
        Assert.All(Enumerable.Range(0, 300), i => Assert.Equal("plain", easy.GroupNames[easy.Group(i)]));
    }

    [Fact]
    public void A_sentence_fits_the_sequences_of_small_models() =>
        Assert.All(s_train.Texts, text => Assert.InRange(text.Split(' ').Length, 3, 38));

    [Fact]
    public void A_difficulty_out_of_range_is_told_with_what_is_allowed()
    {
        var error = Assert.Throws<UserErrorException>(() => SyntheticSentiment.Create(new SyntheticOptions(Difficulty: 1.5), 40));
        Assert.Equal("1.5 is no difficulty", error.Message);
        Assert.Equal("0 (easy) to 1", error.Allowed);
    }
}
