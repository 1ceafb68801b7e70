using FsCheck;
using FsCheck.Fluent;
using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Kernels.Formats;

namespace SparseProf.Profiler.Tests.Kernels;

public sealed class SparseFormatTests
{
    [Theory]
    [InlineData("csr@0.3")]
    [InlineData("2:4")]
    [InlineData("block:16x16@0.5")]
    [InlineData("block:32x32@0.2")]
    [InlineData("block:3x7@0.5")]
    public void Every_format_gives_back_the_weights_that_went_in(string text)
    {
        var pattern = SparsityPatternText.Parse(text);
        foreach (var (rows, columns) in new[] { (1, 1), (5, 7), (32, 64), (33, 70), (64, 3) })
        {
            var weights = KernelCases.PrunedWeights(rows, columns, pattern);
            using var matrix = SparseLinear.Compress(weights, rows, columns, pattern);
            Assert.Equal(weights, matrix.ToDense());
        }
    }

    [Fact]
    public void Stored_bytes_agree_with_the_pattern_s_own_count()
    {
        foreach (var pattern in new[] { "csr@0.25", "2:4", "block:16x16@0.25" }.Select(text => SparsityPatternText.Parse(text)))
        {
            using var matrix = SparseLinear.Compress(KernelCases.PrunedWeights(64, 128, pattern), 64, 128, pattern);
            Assert.Equal(pattern.Nonzeros(64, 128), matrix.Nonzeros);
            Assert.Equal(pattern.StoredBytes(64, 128, DType.Fp32), matrix.StoredBytes);
        }
    }

    [Fact]
    public void Three_nonzeros_in_a_group_of_four_are_no_2_4_matrix()
    {
        var error = Assert.Throws<ArgumentException>(() => TwoFourMatrix.FromDense([1, 2, 0, 3], 1, 4));
        Assert.Contains("three nonzeros in columns 0..3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Places_of_2_4_values_ascend_whatever_the_group_holds()
    {
        float[][] groups = [[0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [1, 0, 0, 1], [0, 0, 1, 1]];
        foreach (var group in groups)
        {
            using var matrix = TwoFourMatrix.FromDense(group, 1, 4);
            var places = matrix.Metadata(0)[0];
            Assert.True((places & 3) < (places >> 2), $"[{string.Join(", ", group)}] → {places & 3}, {places >> 2}");
            Assert.Equal(group, matrix.ToDense());
        }
    }

    [Fact]
    public void Projection_to_2_4_keeps_the_two_largest_of_four() =>
        Prop.ForAll(Gen.Choose(-1000, 1000).Where(value => value != 0).ArrayOf(4).ToArbitrary(), values =>
        {
            float[] weights = [.. values.Select((value, place) => value + place / 8f)];
            float[] projected = [.. weights];
            PatternProjection.Apply(projected, 1, 4, SparsityPattern.TwoFour);
            var kept = projected.Where(value => value != 0).Select(Math.Abs).Order().ToArray();
            var largest = weights.Select(Math.Abs).Order().TakeLast(2).ToArray();
            return kept.SequenceEqual(largest) && projected.Zip(weights).All(pair => pair.First == 0 || pair.First == pair.Second);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(7, 1));

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(1.0)]
    public void Projection_keeps_exactly_the_share_that_is_asked_for_and_the_largest(double density)
    {
        var weights = KernelCases.Normal(40 * 50, seed: 2);
        float[] projected = [.. weights];
        PatternProjection.Apply(projected, 40, 50, new SparsityPattern.Unstructured(new Fraction(density)));
        var kept = projected.Count(value => value != 0);
        Assert.Equal((int)Math.Round(2000 * density), kept);
        var smallestKept = kept == 0 ? float.MaxValue : projected.Where(value => value != 0).Min(Math.Abs);
        Assert.DoesNotContain(weights.Zip(projected), pair => pair.Second == 0 && Math.Abs(pair.First) > smallestKept);
    }

    [Fact]
    public void Projection_to_blocks_keeps_whole_blocks_of_the_largest_sums()
    {
        float[] weights = [1, 1, 9, 0.5f, 1, 1, 0.5f, 0.5f, 2, 2, 3, 3, 2, 2, 3, 3];
        PatternProjection.Apply(weights, 4, 4, new SparsityPattern.Block(2, 2, new Fraction(0.5)));
        Assert.Equal([0, 0, 9, 0.5f, 0, 0, 0.5f, 0.5f, 0, 0, 3, 3, 0, 0, 3, 3], weights);
    }
}
