using SparseProf.Ops.Statistics;

namespace SparseProf.Ops.Tests.Statistics;

public sealed class PairedDifferenceTests
{
    [Theory]
    [InlineData(12.706, 1, 0.05)]
    [InlineData(4.303, 2, 0.05)]
    [InlineData(2.776, 4, 0.05)]
    [InlineData(2.228, 10, 0.05)]
    [InlineData(3.169, 10, 0.01)]
    [InlineData(1.960, 100_000, 0.05)]
    public void Tails_and_quantiles_are_those_of_the_published_tables(double t, int degreesOfFreedom, double tail)
    {
        Assert.Equal(tail, StudentT.TwoSidedTail(t, degreesOfFreedom), 1e-4);
        Assert.Equal(t, StudentT.TwoSidedQuantile(tail, degreesOfFreedom), 1e-3);
    }

    [Fact]
    public void A_published_example_gives_its_t_and_p()
    {
        // Student 1908, the hours of sleep gained by two drugs: t = 4.0621 with 9 degrees of freedom, p = 0.002833.
        double[] first = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        double[] second = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        var test = PairedDifference.Of(first, second);
        Assert.Equal(1.58, test.Difference.Value, 1e-9);
        Assert.Equal(0.002833, test.PValue, 1e-5);
        Assert.Equal((0.7001, 2.4599), (Math.Round(test.Difference.Low, 4), Math.Round(test.Difference.High, 4)));
        Assert.True(test.IsSignificant);
    }

    [Fact]
    public void Intervals_hold_a_planted_difference_as_often_as_they_say()
    {
        const int Repetitions = 2000;
        var random = new SplitMix64(5, 0);
        var held = 0;
        for (var repetition = 0; repetition < Repetitions; repetition++)
        {
            var (first, second) = (new double[5], new double[5]);
            for (var i = 0; i < 5; i++)
            {
                var ofSeed = 3 * random.NextNormal();
                (first[i], second[i]) = (ofSeed + 0.5 + 0.2 * random.NextNormal(), ofSeed + 0.2 * random.NextNormal());
            }

            held += PairedDifference.Of(first, second).Difference.Holds(0.5) ? 1 : 0;
        }

        Assert.InRange(held / (double)Repetitions, 0.93, 0.97);
    }

    [Fact]
    public void Equal_figures_are_no_difference()
    {
        var test = PairedDifference.Of([1, 2, 3], [1, 2, 3]);
        Assert.Equal((0, 1, false), (test.Difference.Value, test.PValue, test.IsSignificant));
    }

    [Fact]
    public void Two_seeds_are_refused() => Assert.Throws<ArgumentException>(() => PairedDifference.Of([1, 2], [2, 1]));

    [Fact]
    public void One_figure_has_a_mean_and_no_known_spread()
    {
        var one = MeanInterval.Of([0.5]);
        Assert.Equal(0.5, one.Value);
        Assert.True(double.IsNaN(one.Low) && double.IsNaN(one.High));
        var three = MeanInterval.Of([1, 2, 3]);
        Assert.Equal(2, three.Value);
        Assert.Equal(-0.4841, three.Low, 1e-4);
        Assert.Equal(4.4841, three.High, 1e-4);
    }
}
