using SparseProf.Workloads.Data;
using SparseProf.Workloads.Data.Text;

namespace SparseProf.Workloads.Tests.Data.Text;

public sealed class TextCorruptionsTests
{
    private static readonly string s_text = string.Join(' ', Enumerable.Repeat("the film was lovely", 250));

    [Theory]
    [InlineData(CorruptionKind.Typos, 1, 0.067)]
    [InlineData(CorruptionKind.Typos, 5, 0.333)]
    [InlineData(CorruptionKind.WordDrops, 1, 0.067)]
    [InlineData(CorruptionKind.WordDrops, 5, 0.333)]
    public void A_severity_strikes_its_share_of_the_words(CorruptionKind kind, int severity, double share)
    {
        var words = TextCorruptions.Apply(s_text, Corruption.Of(kind, severity), seed: 4, example: 0).Split(' ');
        var before = s_text.Split(' ');
        var struck = kind == CorruptionKind.WordDrops
            ? before.Length - words.Length
            : before.Zip(words).Count(pair => pair.First != pair.Second);
        Assert.InRange((double)struck / before.Length, share - 0.04, share + 0.04);
    }

    [Fact]
    public void The_same_seed_spoils_in_the_same_way_and_each_example_in_its_own()
    {
        var corruption = Corruption.Of(CorruptionKind.Typos, 3);
        Assert.Equal(TextCorruptions.Apply(s_text, corruption, 1, 5), TextCorruptions.Apply(s_text, corruption, 1, 5));
        Assert.NotEqual(TextCorruptions.Apply(s_text, corruption, 1, 5), TextCorruptions.Apply(s_text, corruption, 1, 6));
    }

    [Fact]
    public void A_word_is_left_even_of_the_shortest_sentence()
    {
        var worst = Corruption.Of(CorruptionKind.WordDrops, 5);
        Assert.All(Enumerable.Range(0, 50), i => Assert.Equal("fine", TextCorruptions.Apply("fine", worst, 9, i)));
    }

    [Fact]
    public void Images_are_not_misspelt() =>
        Assert.Throws<ArgumentException>(() => TextCorruptions.Apply("a", Corruption.Of(CorruptionKind.Blur, 1), 1, 0));
}
