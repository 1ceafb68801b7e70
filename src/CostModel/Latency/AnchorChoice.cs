using SparseProf.CostModel.Statistics;

namespace SparseProf.CostModel.Latency;

/// <summary>
/// Chooses which shapes to measure before any is measured: step by step the one that takes the most variance off all
/// shapes together, under a smooth Gaussian process over log sizes (integrated variance, Seo et al. 2000).
/// </summary>
public static class AnchorChoice
{
    private const int MostCandidates = 700;

    /// <summary>Places of the chosen shapes, in the order of choice.</summary>
    public static int[] Choose(IReadOnlyList<(double[] Smooth, double[] Trend)> shapes, int count, KernelScales scales, int seed)
    {
        var pool = Enumerable.Range(0, shapes.Count).ToArray();
        new Random(seed).Shuffle(pool);
        pool = pool[..Math.Min(pool.Length, Math.Max(MostCandidates, 2 * count))];
        var covariance = new double[pool.Length, pool.Length];
        for (var i = 0; i < pool.Length; i++)
        {
            for (var j = 0; j <= i; j++)
                covariance[i, j] = covariance[j, i] = scales.Kernel(shapes[pool[i]].Smooth, shapes[pool[i]].Trend, shapes[pool[j]].Smooth, shapes[pool[j]].Trend);
        }

        var chosen = new List<int>();
        var taken = new bool[pool.Length];
        while (chosen.Count < Math.Min(count, pool.Length))
        {
            var best = Best(covariance, taken, scales.Noise);
            taken[best] = true;
            chosen.Add(pool[best]);
            Condition(covariance, best, scales.Noise);
        }

        return [.. chosen];
    }

    private static int Best(double[,] covariance, bool[] taken, double noise)
    {
        var n = taken.Length;
        var (best, most) = (-1, double.NegativeInfinity);
        for (var i = 0; i < n; i++)
        {
            if (taken[i])
                continue;
            double gain = 0;
            for (var j = 0; j < n; j++)
                gain += covariance[i, j] * covariance[i, j];
            gain /= covariance[i, i] + noise * noise;
            if (gain > most)
                (best, most) = (i, gain);
        }

        return best;
    }

    private static void Condition(double[,] covariance, int at, double noise)
    {
        var n = covariance.GetLength(0);
        var column = new double[n];
        for (var i = 0; i < n; i++)
            column[i] = covariance[i, at];
        var scale = 1 / (column[at] + noise * noise);
        for (var i = 0; i < n; i++)
        {
            var factor = column[i] * scale;
            for (var j = 0; j < n; j++)
                covariance[i, j] -= factor * column[j];
        }
    }
}
