using SparseProf.CostModel.Scaling.Advice;
using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Laws;

namespace SparseProf.CostModel.Tests.Scaling;

public class SparsityAdviceTests
{
    [Theory]
    [InlineData(ParameterConvention.Total, 1e21, null)]
    [InlineData(ParameterConvention.Active, 1e21, null)]
    [InlineData(ParameterConvention.Active, 1e23, 4e9)]
    [InlineData(ParameterConvention.Total, 1e23, 4e9)]
    public void The_best_sparsity_is_that_of_a_search_over_size_data_and_sparsity(ParameterConvention convention, double compute, double? memory)
    {
        var law = ScalingLaws.Find("kappa");
        var curve = Curve(s => 0.15 + (0.85 * Math.Pow(1 - s, 1.3)));
        var advice = SparsityAdvice.Find(Fit(law, convention), curve, new SparsityQuestion(compute, memory));
        var (best, lowest) = (0.0, double.PositiveInfinity);
        for (var s = 0.0; s <= 0.95; s += 0.0025)
        {
            for (var logN = 15.0; logN < 29; logN += 0.01)
            {
                // Stored parameters cost h(S) each, whatever the law counts.
                var stored = Math.Exp(logN);
                if (memory is { } bytes && 2 * stored > bytes)
                    break;
                var n = convention == ParameterConvention.Active ? stored * (1 - s) : stored;
                var loss = law.Loss(PlantedLaw.Kappa, n, compute / (6 * stored * curve.At(s)), s);
                if (loss < lowest)
                    (best, lowest) = (s, loss);
            }
        }

        Assert.Equal(best, advice.Best.Sparsity, 0.005);
        Assert.True(advice.Best.Best.Loss <= lowest + 1e-9);
    }

    [Fact]
    public void A_format_that_never_pays_is_an_endpoint_and_no_optimum()
    {
        var advice = SparsityAdvice.Find(Fit(ScalingLaws.Find("kappa"), ParameterConvention.Total), Curve(s => 1 + (4 * s)), new SparsityQuestion(1e21));
        Assert.Equal(OptimumKind.DenseEndpoint, advice.Kind);
    }

    [Fact]
    public void A_cost_that_falls_to_nothing_ends_at_the_sparsest_point()
    {
        var advice = SparsityAdvice.Find(Fit(ScalingLaws.Find("kappa"), ParameterConvention.Total), Curve(s => 1 - s), new SparsityQuestion(1e21));
        Assert.Equal(OptimumKind.SparsestEndpoint, advice.Kind);
    }

    [Fact]
    public void The_cost_at_the_best_sparsity_comes_with_its_interval()
    {
        double[] s = [0, 0.5, 0.9];
        double[] h = [1, 0.6, 0.3];

        Assert.Null(new CostCurve(s, h, [0, 0, 0]).IntervalAt(0.5));
        var (low, high) = new CostCurve(s, h, [0, 0.1, 0.3]).IntervalAt(0.7)!.Value;
        Assert.Equal(0.45 * Math.Exp(-1.959964 * 0.2), low, 1e-12);
        Assert.Equal(0.45 * Math.Exp(1.959964 * 0.2), high, 1e-12);
    }

    [Fact]
    public void Doubt_about_the_cost_widens_the_interval()
    {
        var draws = Enumerable.Repeat(PlantedLaw.Kappa, 200).ToList();
        var fit = Fit(ScalingLaws.Find("kappa"), ParameterConvention.Total) with { Draws = draws };
        double[] s = [0, 0.5, 0.8, 0.95];
        double[] h = [1, 0.6, 0.3, 0.45];
        var sure = SparsityAdvice.Find(fit, new CostCurve(s, h, [0, 0, 0, 0]), new SparsityQuestion(1e21));
        var unsure = SparsityAdvice.Find(fit, new CostCurve(s, h, [0, 0.2, 0.2, 0.2]), new SparsityQuestion(1e21));
        Assert.Equal(sure.SparsityInterval!.Value.Low, sure.SparsityInterval.Value.High, 1e-6);
        Assert.True(unsure.SparsityInterval!.Value.High > unsure.SparsityInterval.Value.Low + 0.05);
    }

    private static SavedFit Fit(ScalingLaw law, ParameterConvention convention) => new(law, convention, PlantedLaw.Kappa, [], null);

    private static CostCurve Curve(Func<double, double> h)
    {
        var s = Enumerable.Range(0, 96).Select(i => i / 100.0).ToArray();
        return new CostCurve(s, [.. s.Select(h)], new double[s.Length]);
    }
}
