using SparseProf.Workloads.Data.Corpus;

namespace SparseProf.Workloads.Tests.Data.Corpus;

public sealed class BytePairEncodingTests
{
    private static readonly string[] s_texts = ["Gets the length of the list.", "Sets the name of the list: naïve, 12345 → 漢字 😀\n\tdone  twice"];

    [Fact]
    public void Words_are_split_where_GPT_2_splits_them()
    {
        const string Text = "It's 12345 items,  ok\n\n  next";
        var words = new List<string>();
        for (int start = 0, end; start < Text.Length; start = end)
        {
            end = WordSplitter.End(Text, start);
            words.Add(Text[start..end]);
        }

        Assert.Equal(["It", "'", "s", " 123", "45", " items", ",", " ", " ok", "\n\n ", " next"], words);
    }

    [Fact]
    public void Tokens_spell_every_text_again_even_one_that_was_not_learned_from()
    {
        var encoding = BytePairEncoding.Learn(s_texts, 300);
        foreach (var text in s_texts.Append("Ünbekannt\r\n\u0000 \uFFFF 漢 😀😀 x"))
        {
            var tokens = new List<int>();
            encoding.Encode(text, tokens);
            Assert.Equal(text, encoding.Decode(tokens));
        }
    }

    [Fact]
    public void Frequent_words_become_one_token()
    {
        var encoding = BytePairEncoding.Learn(Enumerable.Repeat("the list of the list of", 10), 280);
        var tokens = new List<int>();
        encoding.Encode("the list of", tokens);
        Assert.Equal(3, tokens.Count);
        Assert.InRange(encoding.Vocabulary, 257, 280);
    }

    [Fact]
    public void Encoding_applies_merges_in_the_order_in_which_they_were_learned()
    {
        // "bc" is learned before "ab", so that abc is a + bc.
        var encoding = new BytePairEncoding([('b', 'c'), ('a', 'b')]);
        var tokens = new List<int>();
        encoding.Encode("abc ab", tokens);
        Assert.Equal(['a', 256, ' ', 257], tokens);
    }
}
