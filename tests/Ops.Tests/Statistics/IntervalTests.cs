using SparseProf.Ops.Statistics;

namespace SparseProf.Ops.Tests.Statistics;

public sealed class IntervalTests
{
    [Fact]
    public void Quantiles_interpolate_between_neighbours()
    {
        double[] samples = [4, 1, 3, 2];
        Assert.Equal(2.5, OrderStatistics.Median(samples));
        Assert.Equal(1.75, OrderStatistics.Quantile(samples, 0.25));
        Assert.Equal(4, OrderStatistics.Quantile(samples, 1));
        Assert.Equal([4, 1, 3, 2], samples);
        Assert.Throws<ArgumentException>(() => OrderStatistics.Median([]));
    }

    [Fact]
    public void A_summary_holds_the_usual_figures()
    {
        var summary = SampleSummary.Of([1, 2, 3, 4, 10]);
        Assert.Equal((5, 1, 3, 10, 4), (summary.Count, summary.Minimum, summary.Median, summary.Maximum, summary.Mean));
        Assert.Equal(1, summary.MedianAbsoluteDeviation);
        Assert.Equal(2 / 3.0, summary.RelativeInterquartileRange, 12);
        Assert.Equal(Math.Sqrt(50 / 4.0), summary.StandardDeviation, 12);
    }

    [Fact]
    public void The_rank_interval_of_a_hundred_samples_is_the_40th_to_the_61st()
    {
        var estimate = MedianInterval.FromRanks([.. Enumerable.Range(1, 100).Select(i => (double)i)]);
        Assert.Equal((50.5, 40, 61), (estimate.Value, estimate.Low, estimate.High));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(100)]
    [InlineData(1000)]
    public void The_median_interval_of_independent_samples_covers_the_truth_in_at_least_95_percent(int count)
    {
        var coverage = Simulated.Share(400, random => MedianInterval.Of(random.LogNormal(count)).Holds(1));
        Assert.InRange(coverage, 0.93, 1);
    }

    [Fact]
    public void Blocks_widen_the_interval_of_autocorrelated_samples_where_ranks_alone_deceive()
    {
        var ranks = Simulated.Share(300, random => MedianInterval.FromRanks(random.Autocorrelated(600, 0.8)).Holds(1));
        var wider = Simulated.Share(300, random => MedianInterval.Of(random.Autocorrelated(600, 0.8)).Holds(1));
        Assert.InRange(ranks, 0.3, 0.65);
        Assert.InRange(wider, 0.85, 1);
    }

    [Fact]
    public void Few_samples_tell_how_little_they_cover()
    {
        Assert.Equal(0.75, MedianInterval.FromRanks([1, 2, 3]).Coverage);
        Assert.Equal(0, MedianInterval.FromRanks([1]).Coverage);
        Assert.Equal(0.95, MedianInterval.FromRanks([1, 2, 3, 4, 5, 6]).Coverage);
    }

    [Fact]
    public void The_hodges_lehmann_interval_follows_the_table_of_the_signed_rank_test()
    {
        // Largest tails below 2.5 %: P(W ≤ 0) for n = 6 leaves out no average, P(W ≤ 3) for n = 8 leaves out three on either side.
        Assert.Equal((3.5, 1, 6), HodgesLehmann.Of([1, 2, 3, 4, 5, 6]) is var six ? (six.Value, six.Low, six.High) : default);
        Assert.Equal((4.5, 2, 7), HodgesLehmann.Of([1, 2, 3, 4, 5, 6, 7, 8]) is var eight ? (eight.Value, eight.Low, eight.High) : default);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(60)]
    public void The_ratio_of_interleaved_blocks_covers_the_planted_ratio_despite_drift(int blocks)
    {
        var coverage = Simulated.Share(400, random =>
        {
            var (a, b) = (new double[blocks], new double[blocks]);
            for (var block = 0; block < blocks; block++)
            {
                var drift = 1 + 0.5 * block / blocks;
                a[block] = 0.8 * drift * Math.Exp(0.02 * random.Normal());
                b[block] = drift * Math.Exp(0.02 * random.Normal());
            }

            return BlockRatio.Of(a, b).Holds(0.8);
        });
        Assert.InRange(coverage, 0.92, 0.99);
    }

    [Theory]
    [InlineData(0.90, 0.95, Verdict.Faster)]
    [InlineData(0.97, 0.995, Verdict.Faster)]
    [InlineData(1.02, 1.05, Verdict.Slower)]
    [InlineData(0.992, 1.009, Verdict.Same)]
    [InlineData(0.97, 1.005, Verdict.Undecided)]
    public void A_verdict_needs_the_whole_interval(double low, double high, Verdict expected) =>
        Assert.Equal(expected, Verdicts.Of(new Estimate((low + high) / 2, low, high, Provenance.Measured)));
}
