using SparseProf.CostModel.Decisions;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;

namespace SparseProf.CostModel.Tests.Decisions;

public class BreakEvenTests
{
    [Fact]
    public void A_speedup_inversely_proportional_to_density_crosses_one_where_it_was_planted()
    {
        // speedup = 0.4 / density crosses 1 at 0.4, and is a straight line in the logarithms.
        var breakEven = BreakEven.Of(new[] { 0.05, 0.1, 0.25, 0.5, 0.75 }.Select(density => Point(density, 0.4 / density, 0.05)));

        Assert.Equal(BreakEvenKind.Found, breakEven.Kind);
        Assert.Equal(0.4, breakEven.Density!.Value.Value, 12);
        Assert.Equal(0.4 * 0.95, breakEven.Density!.Value.Low, 12);
        Assert.Equal(0.4 * 1.05, breakEven.Density!.Value.High, 12);
    }

    [Fact]
    public void A_band_that_does_not_cross_ends_at_the_outermost_measured_density()
    {
        var breakEven = BreakEven.Of([Point(0.1, 2, 0.1), Point(0.5, 0.95, 0.1)]);

        Assert.Equal(0.5, breakEven.Density!.Value.High);
    }

    [Theory]
    [InlineData(2, 1.5, BreakEvenKind.AlwaysFaster)]
    [InlineData(0.8, 0.5, BreakEvenKind.NeverFaster)]
    public void A_speedup_on_one_side_of_one_has_no_break_even(double sparse, double denser, BreakEvenKind kind)
    {
        var breakEven = BreakEven.Of([Point(0.1, sparse, 0.01), Point(0.5, denser, 0.01)]);

        Assert.Equal(kind, breakEven.Kind);
        Assert.Null(breakEven.Density);
    }

    [Fact]
    public void The_last_crossing_counts_where_noise_makes_several() =>
        Assert.InRange(
            BreakEven.Of([Point(0.1, 1.2, 0), Point(0.2, 0.9, 0), Point(0.3, 1.1, 0), Point(0.5, 0.5, 0)]).Density!.Value.Value, 0.3, 0.5);

    [Fact]
    public void Nothing_measured_is_unknown() => Assert.Equal(BreakEvenKind.Unknown, BreakEven.Of([]).Kind);

    private static (Fraction Density, Estimate Speedup) Point(double density, double speedup, double halfWidth) =>
        (new Fraction(density), new Estimate(speedup, speedup * (1 - halfWidth), speedup * (1 + halfWidth), Provenance.Measured));
}
