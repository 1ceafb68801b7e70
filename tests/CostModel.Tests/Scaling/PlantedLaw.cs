using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Laws;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Tests.Scaling;

/// <summary>Synthetic losses of a known law.</summary>
internal static class PlantedLaw
{
    // L_star, a, b, c, kappa, alpha, beta.
    public static readonly double[] Kappa = [1.7, 400, 250, 2000, 0.6, 0.34, 0.37];

    public static LossTable Table(string law, double[] parameters, double noise, long seed, double[]? sparsities = null, double[]? tokens = null, int sizes = 8)
    {
        var random = new SplitMix64(seed, 7);
        var rows = new List<LossRow>();
        foreach (var s in sparsities ?? [0, 0.5, 0.75, 0.9])
        {
            foreach (var d in tokens ?? [1e9, 4e9, 1.6e10, 6.4e10, 2.5e11])
            {
                for (var i = 0; i < sizes; i++)
                {
                    var n = 1e7 * Math.Pow(1e3, i / (sizes - 1.0));
                    rows.Add(new LossRow(n, d, s, ScalingLaws.Find(law).Loss(parameters, n, d, s) * Math.Exp(noise * random.NextNormal())));
                }
            }
        }

        return new LossTable(rows, ParameterConvention.Total);
    }
}
