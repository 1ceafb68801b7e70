using SparseProf.CostModel.Scaling;
using SparseProf.CostModel.Scaling.Advice;
using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Fitting;
using SparseProf.CostModel.Scaling.Laws;

namespace SparseProf.CostModel.Tests.Scaling;

/// <summary>From synthetic losses of a known law, without noise.</summary>
public class ScalingChartsTests
{
    private static readonly ScalingLaw s_law = ScalingLaws.Find("kappa");
    private static readonly LossTable s_table = PlantedLaw.Table("kappa", PlantedLaw.Kappa, noise: 0, seed: 0);
    private static readonly ScalingFit s_fit = ScalingAnalysis.Run(s_table, new ScalingRequest("kappa", Estimator.Default, 0, 0)).Fit!;

    [Fact]
    public void Losses_and_residuals_have_a_series_a_sparsity_in_the_order_of_size()
    {
        foreach (var chart in new[] { ScalingCharts.Observed(s_fit), ScalingCharts.Residuals(s_fit) })
        {
            Assert.Equal(["S = 0", "S = 0.5", "S = 0.75", "S = 0.9"], chart.Select(series => series.Name));
            Assert.All(chart, series => Assert.Equal(s_table.Rows.Count / 4, series.Points.Count));
            Assert.All(chart, series => Assert.Equal(series.Points.Select(point => point.X).Order(), series.Points.Select(point => point.X)));
        }

        Assert.Equal(s_table.Rows.Select(row => row.Loss).Order(), ScalingCharts.Observed(s_fit).SelectMany(series => series.Points).Select(point => point.Y).Order());
        Assert.All(ScalingCharts.Residuals(s_fit).SelectMany(series => series.Points), point => Assert.Equal(0, point.Y, 1e-6));
    }

    [Fact]
    public void The_fitted_curve_is_the_law_at_the_median_of_the_tokens()
    {
        var dense = ScalingCharts.Fitted(s_fit, points: 3)[0];

        Assert.Equal(1e7, dense.Points[0].X, 1);
        Assert.Equal(1e10, dense.Points[^1].X, 1e4);
        Assert.All(dense.Points, point => Assert.Equal(1, point.Y / s_law.Loss(PlantedLaw.Kappa, point.X, 1.6e10, 0), 1e-6));
    }

    [Fact]
    public void Along_an_isoflop_curve_compute_is_constant_and_its_lowest_point_the_best_allocation()
    {
        var saved = new SavedFit(s_law, ParameterConvention.Total, PlantedLaw.Kappa, [], null);

        var curve = Assert.Single(ScalingCharts.IsoFlop(saved, [1e21]));

        Assert.Equal("1e+21 FLOP", curve.Name);
        Assert.All(curve.Points, point => Assert.Equal(1, point.Y / s_law.Loss(PlantedLaw.Kappa, point.X, 1e21 / (6 * point.X), 0), 1e-9));
        var best = Allocation.Optimal(s_law, PlantedLaw.Kappa, 1e21, 0);
        Assert.Equal(0, Math.Log(curve.Points.MinBy(point => point.Y).X / best.Parameters), 0.2);
    }

    [Fact]
    public void The_sparsity_chart_shows_cost_and_score_relative_to_dense()
    {
        var saved = new SavedFit(s_law, ParameterConvention.Total, PlantedLaw.Kappa, [], null);
        var advice = SparsityAdvice.Find(saved, new CostCurve([0, 0.9], [1, 0.3], [0, 0]), new SparsityQuestion(1e21));

        var charts = ScalingCharts.Sparsity(advice);

        Assert.Equal(["relative cost", "score relative to dense"], charts.Select(series => series.Name));
        Assert.All(charts, series => Assert.Equal(1, series.Points[0].Y, 1e-9));
        Assert.Equal(0.3, charts[0].Points[^1].Y, 1e-9);
    }
}
