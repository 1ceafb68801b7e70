using SparseProf.Workloads.Data.Text;

namespace SparseProf.Workloads.Tests.Data.Text;

/// <summary>The examples of BERT's own tests (google-research/bert, tokenization_test.py) and what its description says.</summary>
public sealed class BasicTokenizerTests
{
    [Theory]
    [InlineData(" \tHeLLo!how  \n Are yoU?  ", "hello|!|how|are|you|?")]
    [InlineData("H\u00E9llo", "hello")]
    [InlineData("ah\u535A\u63A8zz", "ah|\u535A|\u63A8|zz")]
    [InlineData("a-b_c$d^e", "a|-|b|_|c|$|d|^|e")]
    [InlineData("", "")]
    [InlineData(" \u00A0\u2003 ", "")]
    public void A_text_is_split_into_the_words_that_BERT_publishes(string text, string words) =>
        Assert.Equal(words, string.Join('|', BasicTokenizer.Words(text)));

    [Theory]
    [InlineData("ÀÉÎÕÜ çñ", "aeiou|cn")]
    [InlineData("Việt Nam ếỗ", "viet|nam|eo")]
    [InlineData("e\u0301a\u0308", "ea")]
    [InlineData("Ёлка Й", "елка|и")]
    [InlineData("ΆΈ ώ", "αε|ω")]
    [InlineData("İstanbul", "istanbul")]
    [InlineData("ø æ ß ł", "ø|æ|ß|ł")]
    public void Letters_lose_their_accents_and_keep_what_is_not_one(string text, string words) =>
        Assert.Equal(words, string.Join('|', BasicTokenizer.Words(text)));

    [Fact]
    public void Hangul_syllables_fall_into_their_letters_as_in_BERT() =>
        Assert.Equal(["\u1112\u1161\u11AB\u1100\u1173\u11AF"], BasicTokenizer.Words("\uD55C\uAE00"));

    [Fact]
    public void Control_and_replacement_characters_are_dropped_and_not_spaces() =>
        Assert.Equal(["ab", "cd"], BasicTokenizer.Words("a\u0000\uFFFD\u200Db\tc\u0007d"));

    [Fact]
    public void An_ideograph_beyond_the_basic_plane_is_a_word() =>
        Assert.Equal(["a", "\U00020000", "b"], BasicTokenizer.Words("a\U00020000b"));
}
