using SparseProf.Ops.Statistics;

namespace SparseProf.Ops.Tests.Statistics;

public sealed class DriftAndModesTests
{
    [Theory]
    [InlineData(50)]
    [InlineData(5000)]
    public void A_planted_drift_is_recovered_in_spite_of_outliers(int count)
    {
        var random = new Random(1);
        var samples = random.LogNormal(count, 0.005);
        for (var i = 0; i < count; i++)
            samples[i] *= (1 + 0.1 * i / (count - 1)) * (random.Next(20) == 0 ? 3 : 1);
        var drift = TheilSen.RelativeDrift(samples);
        Assert.InRange(drift.Value, 0.08, 0.11);
        Assert.False(drift.Holds(0));
    }

    [Fact]
    public void Samples_without_drift_rarely_show_one()
    {
        var falseAlarms = Simulated.Share(300, random => !TheilSen.RelativeDrift(random.LogNormal(60)).Holds(0));
        Assert.InRange(falseAlarms, 0, 0.08);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.85)]
    [InlineData(0.15)]
    public void Two_planted_modes_are_found(double lowerShare)
    {
        var random = new Random(2);
        var samples = random.LogNormal(200, 0.01);
        for (var i = 0; i < samples.Length; i++)
            samples[i] *= random.NextDouble() < lowerShare ? 1 : 1.3;
        var modes = Assert.NotNull(Bimodality.Find(samples));
        Assert.InRange(modes.Lower, 0.99, 1.01);
        Assert.InRange(modes.Upper, 1.28, 1.32);
        Assert.InRange(modes.LowerShare, lowerShare - 0.1, lowerShare + 0.1);
    }

    [Fact]
    public void One_mode_with_a_long_tail_is_one_mode()
    {
        Assert.InRange(Simulated.Share(300, random => Bimodality.Find(random.LogNormal(100, 0.2)) is not null), 0, 0.02);
        Assert.Null(Bimodality.Find([.. Enumerable.Repeat(1.0, 40), .. Enumerable.Repeat(1.001, 40)]));
    }
}
