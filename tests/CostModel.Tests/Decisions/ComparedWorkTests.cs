using SparseProf.CostModel.Decisions;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Tests.Decisions;

public class ComparedWorkTests
{
    [Fact]
    public void Half_widths_of_two_independent_times_add_up_in_squares()
    {
        var ratio = ComparedWork.Of("gemm", Around(2, 0.03), Around(1, 0.04)).TimeRatio;
        Assert.Equal(0.5, ratio.Value, 12);
        Assert.Equal(0.5 * Math.Exp(-0.05), ratio.Low, 12);
        Assert.Equal(0.5 * Math.Exp(0.05), ratio.High, 12);
    }

    [Theory]
    [InlineData(1.0, 0.1, Verdict.Faster)]
    [InlineData(4.0, 0.1, Verdict.Slower)]
    [InlineData(2.0, 0.001, Verdict.Same)]
    [InlineData(2.1, 0.1, Verdict.Undecided)]
    public void The_verdict_follows_from_the_interval(double candidate, double half, Verdict expected) =>
        Assert.Equal(expected, ComparedWork.Of("gemm", Around(2, half), Around(candidate, half)).Verdict);

    [Fact]
    public void The_less_certain_provenance_stands_for_the_ratio() =>
        Assert.Equal(Provenance.DataSheet, ComparedWork.Of("gemm", Around(1, 0.1), Around(1, 0.1) with { Provenance = Provenance.DataSheet }).TimeRatio.Provenance);

    private static Estimate Around(double value, double half) => new(value, value * Math.Exp(-half), value * Math.Exp(half), Provenance.Measured);
}
