using SparseProf.CostModel.Scaling.Advice;
using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Diagnostics;
using SparseProf.CostModel.Scaling.Fitting;
using SparseProf.CostModel.Scaling.Laws;
using SparseProf.Store.Csv;

namespace SparseProf.CostModel.Tests.Scaling;

public class PublishedFitTests
{
    [Fact]
    public void Chinchilla_reaches_the_global_minimum_to_the_last_digit()
    {
        var fit = Fit("chinchilla", PublicTables.Chinchilla);
        Assert.Equal(0.00101827401780060, fit.ObjectiveSum, 1e-14);
        Assert.Equal(477.8259, fit.Parameter("a")!.Value, 1e-4);
        Assert.Equal(2143.4174, fit.Parameter("c")!.Value, 1e-3);
        Assert.Equal(1.8172181, fit.Parameter("L_star")!.Value, 1e-7);
        Assert.Equal(0.3473105, fit.Parameter("alpha")!.Value, 1e-7);
        Assert.Equal(0.3671724, fit.Parameter("beta")!.Value, 1e-7);
        Assert.Equal(fit.Certificate.Starts, fit.Certificate.Agreeing);
    }

    [Fact]
    public void Absolute_values_give_the_parameters_that_were_published()
    {
        var fit = Fit("chinchilla", PublicTables.Chinchilla, new Estimator(EstimatorKind.L1));
        Assert.Equal(1.129494654, fit.ObjectiveSum, 1e-8);
        Assert.Equal(482.0057, fit.Parameter("a")!.Value, 0.01);
        Assert.Equal(2085.4342, fit.Parameter("c")!.Value, 0.05);
        Assert.Equal(1.816864, fit.Parameter("L_star")!.Value, 1e-5);
    }

    [Fact]
    public void Squares_of_absolute_residuals_give_what_other_fitters_print()
    {
        var table = PublicTables.Chinchilla.Where(row => 6 * row.Parameters * row.Tokens < 1e21);
        var fit = Fit("chinchilla", table, new Estimator(EstimatorKind.L2, Residual: ResidualKind.Absolute));
        Assert.Equal(217, table.Rows.Count);
        Assert.Equal(0.06241429, fit.ObjectiveSum, 1e-8);
        Assert.Equal(0.4587418, fit.Parameter("beta")!.Value, 1e-6);
    }

    [Fact]
    public void Every_given_resample_ends_at_or_below_its_reference_optimum()
    {
        var table = PublicTables.Chinchilla;
        var draws = BootstrapIndices.Read(PublicTables.Path("chinchilla_epoch/bootstrap_idx_4000x240.u8"), 240).Take(100).ToList();
        var fitter = new ScalingFitter(ScalingLaws.Find("chinchilla"), table, Estimator.Default);
        fitter.Fit();
        var found = CaseBootstrap.Run(fitter, draws);
        using var csv = CsvFile.Open(PublicTables.Path("chinchilla_epoch/bootstrap_first100_params.csv"));
        for (var i = 0; csv.Read(); i++)
        {
            var parameters = found[i];
            var sum = Estimator.Default.Sum(draws[i].Select(row => Math.Log(table.Rows[row].Loss / ScalingLaws.Find("chinchilla").Loss(parameters, table.Rows[row]))));
            Assert.True(sum <= csv.Number(csv.Require("objective")) + 1e-14, $"resample {i}: {sum}");
        }
    }

    [Fact]
    public void The_compute_optimal_table_is_reproduced()
    {
        var fit = Fit("chinchilla", PublicTables.Chinchilla);
        using var csv = CsvFile.Open(PublicTables.Path("chinchilla_epoch/compute_optimal_reference.csv"));
        while (csv.Read())
        {
            if (csv.Text(0) != "huber_1e3")
                continue;
            var best = Allocation.Optimal(fit.Law, fit.Parameters, csv.Number(1));
            Assert.Equal(1, best.Parameters / csv.Number(2), 1e-4);
            Assert.Equal(1, best.Tokens / csv.Number(3), 1e-4);
            Assert.Equal(csv.Number(5), best.Loss, 1e-6);
        }
    }

    [Theory]
    [InlineData("paper", ParameterConvention.Active, 8.446e-4)]
    [InlineData("paper", ParameterConvention.Total, 15.438e-4)]
    [InlineData("kappa", ParameterConvention.Active, 2.339e-4)]
    [InlineData("frantar", ParameterConvention.Active, 2.342e-4)]
    public void Pruned_T5_reaches_the_reference_sums(string law, ParameterConvention convention, double sum) =>
        Assert.InRange(Fit(law, PublicTables.T5(convention)).ObjectiveSum, 0.99 * sum, sum + 5e-8);

    [Fact]
    public void Frantars_law_on_T5_beats_the_published_coefficients() =>
        Assert.InRange(Fit("frantar", PublicTables.T5()).ObjectiveMean, 0, 4.8802e-6);

    [Theory]
    [InlineData("S-Base", "paper", 6.085e-4)]
    [InlineData("S-Base", "frantar", 1.911e-4)]
    [InlineData("S-Base", "clark", 3.222e-4)]
    [InlineData("RL-R", "frantar", 1.932e-4)]
    [InlineData("RL-R", "clark", 3.381e-4)]
    [InlineData("Hash", "kappa", 2.057e-4)]
    [InlineData("Hash", "frantar", 2.036e-4)]
    [InlineData("Hash", "clark", 2.906e-4)]
    public void Routed_models_reach_the_reference_sums(string router, string law, double sum) =>
        Assert.InRange(Fit(law, PublicTables.Clark(router)).ObjectiveSum, 0.99 * sum, sum + 5e-8);

    [Fact]
    public void A_negative_b_is_found_where_it_is_allowed()
    {
        var fit = new ScalingFitter(ScalingLaws.Find("kappa"), PublicTables.Clark("RL-R"), Estimator.Default, negativeSparsityTerm: true).Fit();
        Assert.Equal(2.102e-4, fit.ObjectiveSum, 5e-8);
        Assert.True(fit.Parameter("b") < 0);
    }

    [Theory]
    [InlineData("S-Base", -0.0830, -0.1180, 0.0099, 1.1136, 2.075, 238.67)]
    [InlineData("RL-R", -0.0827, -0.1234, 0.0112, 1.1070, 1.722, 470.05)]
    [InlineData("Hash", -0.0874, -0.1384, 0.0126, 1.1595, 4.269, 427.32)]
    public void Clarks_coefficients_are_reproduced_by_least_squares(string router, double a, double b, double c, double d, double start, double max)
    {
        var fit = Fit("clark", PublicTables.Clark(router), new Estimator(EstimatorKind.L2));
        double[] expected = [a, b, c, d, start, max];
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(1, fit.Parameters[i] / expected[i], i is 2 ? 6e-3 : 1e-3);
    }

    [Theory]
    [InlineData("rpj", 166.211, 366.687, 0.272851, 1.836648, 0.7103, 0.7320)]
    [InlineData("c4_original", 113.693, 189.516, 0.242472, 1.508261, double.NaN, double.NaN)]
    [InlineData("rw_original", 125.096, 246.207, 0.254395, 1.734462, double.NaN, double.NaN)]
    public void Gadres_law_on_five_small_runs_predicts_the_large_ones(string data, double a, double b, double exponent, double floor, double first, double second)
    {
        var all = PublicTables.Read("gadre_overtraining/gadre_nd.csv", "N", "D", null, "dataset", data, loss: "loss_c4_val");
        var sizes = all.Rows.Select(row => row.Parameters).Distinct().Order().Take(4).ToList();
        bool Ratio(LossRow row, double multiple) => Math.Abs((row.Tokens!.Value / row.Parameters / multiple) - 1) < 0.05;
        var small = all.Where(row => (sizes.Contains(row.Parameters) && Ratio(row, 20)) || (row.Parameters == sizes[0] && Ratio(row, 320)));
        Assert.Equal(5, small.Rows.Count);
        var fit = Fit("gadre", small, new Estimator(EstimatorKind.L2, Residual: ResidualKind.Absolute));
        Assert.Equal(1, fit.Parameter("alpha")!.Value / exponent, 1e-3);
        Assert.Equal(1, fit.Parameter("L_star")!.Value / floor, 1e-3);
        Assert.Equal(1, fit.Parameter("a")!.Value / a, 1e-2);
        Assert.Equal(1, fit.Parameter("c")!.Value / (b * Math.Pow(6, -exponent / 2)), 1);
        if (double.IsNaN(first))
            return;
        var errors = all.Rows.Where(row => row.Parameters > 1e9).Select(row => (row, Error: 100 * Math.Abs((fit.Law.Loss(fit.Parameters, row) / row.Loss) - 1))).ToList();
        Assert.Contains(errors, entry => Math.Abs(entry.Error - first) < 2e-3);
        Assert.Contains(errors, entry => Math.Abs(entry.Error - second) < 2e-3);
    }

    [Theory]
    [InlineData("kappa", 0.0091)]
    [InlineData("frantar", 0.0092)]
    public void The_largest_pruned_models_are_predicted_from_the_smaller(string law, double error) =>
        Assert.InRange(HoldOut.Largest(ScalingLaws.Find(law), PublicTables.T5(), Estimator.Default)!.MeanAbsoluteError, 0, error);

    private static ScalingFit Fit(string law, LossTable table, Estimator? estimator = null) =>
        new ScalingFitter(ScalingLaws.Find(law), table, estimator ?? Estimator.Default).Fit();
}
