using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Profiler.Sampling;

namespace SparseProf.Profiler.Tests.Sampling;

public sealed class InterleavedSamplerTests : IDisposable
{
    private readonly PlantedDevice _device = new();
    private readonly Random _random = new(1);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void A_planted_ratio_is_recovered_although_the_clock_sinks()
    {
        var measured = Measure(Sinking(1e-3), Sinking(0.8e-3), Sinking(1e-3));
        Assert.True(measured.Ratio(1, 0).Holds(0.8), measured.Ratio(1, 0).ToString());
        Assert.InRange(measured.Ratio(1, 0).High - measured.Ratio(1, 0).Low, 0, 0.02);
        Assert.Equal(Verdict.Faster, measured.Verdict(1, 0));
        Assert.Equal(Verdict.Slower, measured.Verdict(0, 1));
        Assert.Equal(Verdict.Same, measured.Verdict(2, 0));
        Assert.True(measured.Blocks >= 8);
    }

    [Fact]
    public void Every_block_visits_every_candidate_equally_often()
    {
        var measured = Measure(Sinking(1e-3), Sinking(2e-3));
        foreach (var blocks in measured.BlockOf)
            Assert.Single(blocks.GroupBy(block => block).Select(block => block.Count()).Distinct());
        Assert.Equal(measured.Candidates[0].Times.Length, measured.BlockOf[0].Length);
    }

    [Fact]
    public void Cancelling_keeps_whole_blocks_for_the_ratio()
    {
        using var cancel = new CancellationTokenSource();
        var slow = new PlantedWork(call =>
        {
            if (call == 61)
                cancel.Cancel();
            return 0.1 * (1 + 0.05 * _random.NextDouble());
        });
        var measured = new InterleavedSampler(_device, clock: _device.Clock)
            .Measure([slow, Sinking(0.05)], new InterleavedPlan(TimingMode.Cold) { RelativeHalfWidth = 0 }, cancel: cancel.Token);
        Assert.Equal(StopReason.Interrupted, measured.Candidates[0].StopReason);
        Assert.Contains(measured.Candidates[0].Caveats, observed => observed.Caveat == Caveat.Interrupted);
        Assert.InRange(measured.Ratio(1, 0).Value, 0.3, 0.7);
    }

    [Fact]
    public void Two_candidates_at_least() => Assert.Throws<ArgumentException>(() => Measure(Sinking(1)));

    private PlantedWork Sinking(double time) => new((_, now) => time * (1 + 0.3 * Math.Min(1, now / 10)) * (1 + 0.01 * _random.NextDouble()));

    private InterleavedMeasurement Measure(params PlantedWork[] works) =>
        new InterleavedSampler(_device, clock: _device.Clock).Measure(works, new InterleavedPlan(TimingMode.Hot), cancel: TestContext.Current.CancellationToken);
}
