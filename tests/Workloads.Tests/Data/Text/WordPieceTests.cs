using SparseProf.Ops.Errors;
using SparseProf.Workloads.Data.Text;

namespace SparseProf.Workloads.Tests.Data.Text;

public sealed class WordPieceTests : IDisposable
{
    // The vocabulary of BERT's own test, with the special tokens that ours needs behind it.
    private static readonly Vocabulary s_vocabulary =
        new(["[UNK]", "[CLS]", "[SEP]", "want", "##want", "##ed", "wa", "un", "runn", "##ing", ",", "[PAD]"]);

    private readonly string _file = Path.GetTempFileName();

    [Theory]
    [InlineData("UNwant\u00E9d,running", "7 4 5 10 8 9")]
    [InlineData("unwanted running", "7 4 5 8 9")]
    [InlineData("unwantedX running", "0 8 9")]
    [InlineData("", "")]
    public void A_text_becomes_the_pieces_that_BERT_publishes(string text, string numbers) =>
        Assert.Equal(numbers, string.Join(' ', new WordPiece(s_vocabulary).Tokenize(text)));

    [Fact]
    public void A_word_of_more_than_100_letters_is_unknown()
    {
        var letters = new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "##a"]);
        Assert.Equal(100, new WordPiece(letters).Tokenize(new string('a', 100)).Count);
        Assert.Equal([1], new WordPiece(letters).Tokenize(new string('a', 101)));
    }

    [Fact]
    public void A_short_text_is_framed_and_padded()
    {
        var tokens = new long[8];
        new WordPiece(s_vocabulary).Encode("want running", tokens);
        Assert.Equal([1, 3, 8, 9, 2, 11, 11, 11], tokens);
    }

    [Fact]
    public void A_long_text_is_cut_before_the_end_token()
    {
        var tokens = new long[5];
        new WordPiece(s_vocabulary).Encode("want want want want want", tokens);
        Assert.Equal([1, 3, 3, 3, 2], tokens);
    }

    [Fact]
    public void A_vocabulary_without_UNK_is_refused_by_its_name()
    {
        File.WriteAllLines(_file, ["[PAD]", "[CLS]", "[SEP]", "a"]);
        var error = Assert.Throws<UserErrorException>(() => Vocabulary.Read(_file));
        Assert.Equal("the vocabulary has no [UNK]", error.Message);
        Assert.Equal(_file, error.Where);
        Assert.Contains("bert-base-uncased", error.Next, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_that_stands_twice_is_told_with_its_line()
    {
        File.WriteAllLines(_file, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "a"]);
        var error = Assert.Throws<UserErrorException>(() => Vocabulary.Read(_file));
        Assert.Equal("the vocabulary holds 'a' twice, as 4 and 6", error.Message);
        Assert.Equal($"{_file}:7", error.Where);
    }

    [Fact]
    public void A_learned_vocabulary_spells_every_text_it_was_learned_from()
    {
        string[] texts = ["low lower lowest", "new newer newest", "wide wider widest", "low low new"];
        var vocabulary = WordPieceTraining.Learn(texts, 40);
        var tokenizer = new WordPiece(vocabulary);
        Assert.InRange(vocabulary.Count, 20, 40);
        Assert.Equal(["low"], tokenizer.Tokenize("low").Select(token => vocabulary.Tokens[token]));
        foreach (var text in texts)
        {
            var pieces = tokenizer.Tokenize(text).Select(token => vocabulary.Tokens[token]).ToList();
            Assert.DoesNotContain("[UNK]", pieces);
            Assert.Equal(text.Replace(" ", "", StringComparison.Ordinal), string.Concat(pieces).Replace("##", "", StringComparison.Ordinal));
        }
    }

    public void Dispose() => File.Delete(_file);
}
