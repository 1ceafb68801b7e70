using SparseProf.CostModel.Statistics;

namespace SparseProf.CostModel.Tests.Statistics;

public sealed class BoostedTreesTests
{
    private const int Rows = 3000;

    [Fact]
    public void A_planted_step_and_a_planted_product_are_learned_through_noise()
    {
        var features = Features(new Random(3));
        var random = new Random(4);
        float[] truth = [.. features.Select(row => (row[0] > 0.3f ? 0.5f : 0) + (row[1] * row[2]))];
        float[] noisy = [.. truth.Select(value => value + (0.05f * ((float)random.NextDouble() - 0.5f)))];

        var learned = CrossFitted.Fit(features, noisy, Parts(), 5, new(Trees: 200, Rate: 0.1), 0);

        Assert.InRange(features.Average(row => Math.Abs(learned.Predict(row) - Truth(row))), 0, 0.02);
    }

    [Fact]
    public void The_same_rows_and_seed_give_the_same_trees_and_another_seed_others()
    {
        var features = Features(new Random(3));
        float[] targets = [.. features.Select(Truth)];

        CrossFitted Fit(int seed) => CrossFitted.Fit(features, targets, Parts(), 5, new(Trees: 20), seed);
        var (first, again, other) = (Fit(1), Fit(1), Fit(2));

        Assert.Equal(first.Parts.SelectMany(part => part.LeafValues.ToArray()), again.Parts.SelectMany(part => part.LeafValues.ToArray()));
        Assert.Equal(first.Scores, again.Scores);
        Assert.NotEqual(first.Parts[0].LeafValues.ToArray(), other.Parts[0].LeafValues.ToArray());
    }

    [Fact]
    public void A_block_of_rows_is_summed_as_its_trees_are_read_one_by_one()
    {
        var features = Features(new Random(3));
        var bins = FeatureBins.Learn(features);
        var binned = bins.Bin(features);
        var trees = Boosting.Fit(bins, binned, [.. features.Select(Truth)], [.. Enumerable.Range(0, Rows)], new(Trees: 30), 0);
        var block = new byte[bins.Features * BoostedTrees.Block];
        for (var f = 0; f < bins.Features; f++)
            binned[f].AsSpan(0, BoostedTrees.Block).CopyTo(block.AsSpan(f * BoostedTrees.Block));

        var sums = new float[BoostedTrees.Block];
        trees.AddTo(block, sums);

        for (var i = 0; i < sums.Length; i++)
            Assert.Equal(ReadOneByOne(trees, binned, i), sums[i], 1e-5f);
    }

    [Fact]
    public void Bins_of_many_values_at_once_are_those_of_each_alone_and_count_the_edges_below()
    {
        var random = new Random(9);
        float[][] rows = [.. Enumerable.Range(0, 5000).Select(_ => new[] { (float)random.NextDouble(), random.Next(9) })];
        var bins = FeatureBins.Learn(rows);
        float[] values = [.. rows.Take(77).Select(row => row[0]), float.NegativeInfinity, float.PositiveInfinity, float.NaN, bins.Edges[0][5]];

        var many = new byte[values.Length];
        bins.Bin(0, values, many);

        Assert.Equal(8, bins.Edges[1].Length);
        for (var i = 0; i < values.Length; i++)
        {
            Assert.Equal(bins.Edges[0].Count(edge => edge < values[i]), many[i]);
            Assert.Equal(bins.Bin(0, values[i]), many[i]);
        }
    }

    private static float ReadOneByOne(BoostedTrees trees, byte[][] binned, int row)
    {
        var sum = trees.Start;
        for (var tree = 0; tree < trees.Count; tree++)
        {
            var leaf = 0;
            for (var level = 0; level < BoostedTrees.Depth; level++)
            {
                var question = (tree * BoostedTrees.Depth) + level;
                leaf |= (binned[trees.Features[question]][row] > trees.Thresholds[question] ? 1 : 0) << level;
            }

            sum += trees.LeafValues[(tree * BoostedTrees.Leaves) + leaf];
        }

        return sum;
    }

    private static float Truth(float[] row) => (row[0] > 0.3f ? 0.5f : 0) + (row[1] * row[2]);

    private static int[] Parts() => [.. Enumerable.Range(0, Rows).Select(i => i % 5)];

    private static float[][] Features(Random random) =>
        [.. Enumerable.Range(0, Rows).Select(_ => Enumerable.Range(0, 4).Select(_ => (float)random.NextDouble()).ToArray())];
}
