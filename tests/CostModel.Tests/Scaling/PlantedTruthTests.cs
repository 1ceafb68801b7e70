using SparseProf.CostModel.Scaling;
using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Fitting;
using SparseProf.CostModel.Scaling.Laws;
using SparseProf.CostModel.Statistics;

namespace SparseProf.CostModel.Tests.Scaling;

public class PlantedTruthTests
{
    [Fact]
    public void A_law_without_noise_is_recovered()
    {
        var fit = new ScalingFitter(ScalingLaws.Find("kappa"), PlantedLaw.Table("kappa", PlantedLaw.Kappa, 0, 1), Estimator.Default).Fit();
        for (var i = 0; i < PlantedLaw.Kappa.Length; i++)
            Assert.Equal(1, fit.Parameters[i] / PlantedLaw.Kappa[i], 1e-5);
    }

    [Fact]
    public void Intervals_hold_the_truth_about_as_often_as_they_say()
    {
        const int Sets = 200;
        double[] planted = [1.7, 400, 2000, 0.34, 0.37];
        var held = new int[planted.Length];
        for (var set = 0; set < Sets; set++)
        {
            var table = PlantedLaw.Table("chinchilla", planted, 0.01, set, sparsities: [0], sizes: 16);
            var fitter = new ScalingFitter(ScalingLaws.Find("chinchilla"), table, Estimator.Default);
            fitter.Fit();
            var draws = CaseBootstrap.Run(fitter, table.Rows.Count, 100, set);
            for (var i = 0; i < held.Length; i++)
            {
                var index = i;
                var (low, high) = Quantile.Interval(draws.Select(draw => draw[index]));
                if (low <= planted[i] && planted[i] <= high)
                    held[i]++;
            }
        }

        // Three standard errors of 200 sets about 95 %, and the coarseness of 100 resamples.
        Assert.All(held, count => Assert.InRange(count / (double)Sets, 0.89, 0.995));
    }

    [Fact]
    public void What_the_rows_cannot_tell_is_told()
    {
        Assert.Superset(new HashSet<string> { "b", "kappa" }, Lost("kappa", PlantedLaw.Table("kappa", PlantedLaw.Kappa, 0.01, 1, sparsities: [0])));
        Assert.Superset(new HashSet<string> { "b", "kappa" }, Lost("kappa", PlantedLaw.Table("kappa", PlantedLaw.Kappa, 0.01, 1, sparsities: [0, 0.5])));
        Assert.Superset(new HashSet<string> { "c", "beta" }, Lost("kappa", PlantedLaw.Table("kappa", PlantedLaw.Kappa, 0.01, 1, tokens: [1e10])));
        Assert.Empty(Lost("kappa", PlantedLaw.Table("kappa", PlantedLaw.Kappa, 0.001, 1)));
    }

    [Fact]
    public void The_same_seed_gives_the_same_resamples_and_another_seed_others()
    {
        var table = PlantedLaw.Table("paper", [1.7, 400, 250, 2000, 0.34, 0.37], 0.01, 3);
        double[][] Draws(long seed) => [.. ScalingAnalysis.Run(table, new ScalingRequest("paper", Estimator.Default, 40, seed)).Draws];
        Assert.Equal(Draws(1).SelectMany(draw => draw), Draws(1).SelectMany(draw => draw));
        Assert.NotEqual(Draws(1)[0][1], Draws(2)[0][1]);
    }

    [Fact]
    public void Total_and_active_parameters_are_the_same_law_seen_twice()
    {
        var total = PlantedLaw.Table("kappa", PlantedLaw.Kappa, 0, 1);
        var active = total.Counting(ParameterConvention.Active);
        Assert.Equal(total.Rows[^1].Parameters * (1 - total.Rows[^1].Sparsity), active.Rows[^1].Parameters, 1e-3);
        Assert.Equal(total.Rows[^1].Parameters, active.Counting(ParameterConvention.Total).Rows[^1].Parameters, 1e-3);
    }

    private static HashSet<string> Lost(string law, LossTable table) =>
        [.. ScalingAnalysis.Run(table, new ScalingRequest(law, Estimator.Default, 60)).Identifiability!.NotIdentified.Select(lost => lost.Parameter)];
}
