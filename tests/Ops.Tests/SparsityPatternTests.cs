using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;

namespace SparseProf.Ops.Tests;

public class SparsityPatternTests
{
    [Theory]
    [InlineData("dense", 1)]
    [InlineData("2:4", 0.5)]
    [InlineData("1:8", 0.125)]
    [InlineData("block:32x32@0.2", 0.2)]
    [InlineData("csr@0.1", 0.1)]
    public void A_pattern_reads_back_what_it_writes(string text, double density)
    {
        var pattern = SparsityPatternText.Parse(text);

        Assert.Equal(text, pattern.Text);
        Assert.Equal(density, pattern.Density.Value, 12);
        Assert.Equal(pattern, SparsityPatternText.Parse(pattern.Text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("4:2")]
    [InlineData("0:4")]
    [InlineData("csr@0")]
    [InlineData("csr@1.5")]
    [InlineData("csr@NaN")]
    [InlineData("block:32@0.2")]
    [InlineData("block:0x32@0.2")]
    [InlineData("bloc")]
    public void Text_that_is_no_pattern_is_refused_with_the_allowed_forms(string text)
    {
        var error = Assert.Throws<UserErrorException>(() => SparsityPatternText.Parse(text));

        Assert.Equal(ErrorKind.WrongUsage, error.Kind);
        Assert.Equal(SparsityPatternText.Allowed, error.Allowed);
    }

    [Fact]
    public void Two_four_stores_half_the_values_and_two_bits_for_each()
    {
        var stored = SparsityPattern.TwoFour.StoredBytes(64, 64, DType.Fp16);

        Assert.Equal(64 * 64 / 2 * 2 + 64 * 64 / 2 * 2 / 8, stored.Value);
    }

    [Fact]
    public void Csr_stores_four_bytes_of_index_a_value_and_a_row()
    {
        var pattern = new SparsityPattern.Unstructured(new Fraction(0.25));

        Assert.Equal((100 * 80 / 4 + 100 + 1) * 4, pattern.IndexOverhead(100, 80).Value);
    }

    [Fact]
    public void A_pattern_names_the_shape_it_does_not_fit()
    {
        Assert.Equal("30 columns are not a multiple of 4", SparsityPattern.TwoFour.Misfit(8, 30));
        Assert.Null(SparsityPattern.TwoFour.Misfit(8, 32));
        Assert.Equal("33x32 is not made of 32x32 blocks", SparsityPatternText.Parse("block:32x32@0.5").Misfit(33, 32));
    }
}
