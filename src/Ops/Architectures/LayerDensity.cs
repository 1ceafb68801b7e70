using SparseProf.Ops.Statistics;

namespace SparseProf.Ops.Architectures;

/// <summary>How a budget of nonzero weights is shared among the layers of a network.</summary>
public abstract record LayerDensity
{
    private LayerDensity()
    {
    }

    /// <summary>
    /// Kept weights of each layer; they add up to <paramref name="budget"/> exactly, and none exceeds its layer.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The budget is negative or more than all weights.</exception>
    public IReadOnlyList<long> KeptWeights(IReadOnlyList<PrunableLayer> layers, long budget)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(budget);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(budget, layers.Sum(layer => layer.Weights));
        return RoundToSum(KeptShares(layers, budget), layers, budget);
    }

    // Real numbers that add up to the budget.
    protected abstract double[] KeptShares(IReadOnlyList<PrunableLayer> layers, long budget);

    // The largest remainders are rounded up until the sum is right.
    private static long[] RoundToSum(double[] shares, IReadOnlyList<PrunableLayer> layers, long budget)
    {
        var kept = shares.Select((share, i) => Math.Min(layers[i].Weights, (long)Math.Floor(share))).ToArray();
        var byRemainder = Enumerable.Range(0, kept.Length).OrderByDescending(i => shares[i] - kept[i]).ToArray();
        for (var missing = budget - kept.Sum(); missing > 0;)
        {
            foreach (var i in byRemainder)
            {
                if (missing > 0 && kept[i] < layers[i].Weights)
                {
                    kept[i]++;
                    missing--;
                }
            }
        }

        return kept;
    }

    /// <summary>
    /// Erdős–Rényi-kernel: density in proportion to (inputs + outputs + 2·kernel) / (inputs · outputs · kernel²), at most 1
    /// (Evci et al. 2020, section 3).
    /// </summary>
    public sealed record ErdosRenyiKernel : LayerDensity
    {
        protected override double[] KeptShares(IReadOnlyList<PrunableLayer> layers, long budget)
        {
            var wanted = layers.Select(layer => (double)layer.Outputs + layer.Inputs + (layer.Kernel > 1 ? 2 * layer.Kernel : 0)).ToArray();
            var full = new bool[layers.Count];
            while (true)
            {
                var left = budget - layers.Where((_, i) => full[i]).Sum(layer => layer.Weights);
                var scale = left / wanted.Where((_, i) => !full[i]).Sum();
                var over = Enumerable.Range(0, layers.Count).Where(i => !full[i] && scale * wanted[i] > layers[i].Weights).ToArray();
                if (over.Length == 0)
                    return [.. layers.Select((layer, i) => full[i] ? layer.Weights : scale * wanted[i])];
                foreach (var i in over)
                    full[i] = true;
            }
        }
    }

    /// <summary>The same density in every layer.</summary>
    public sealed record Uniform : LayerDensity
    {
        protected override double[] KeptShares(IReadOnlyList<PrunableLayer> layers, long budget)
        {
            var density = (double)budget / layers.Sum(layer => layer.Weights);
            return [.. layers.Select(layer => density * layer.Weights)];
        }
    }

    /// <summary>
    /// What one threshold on the absolute value keeps of normally distributed weights with each layer's own spread:
    /// n · erfc(t / (σ√2)).
    /// </summary>
    public sealed record GlobalMagnitude : LayerDensity
    {
        protected override double[] KeptShares(IReadOnlyList<PrunableLayer> layers, long budget)
        {
            var (low, high) = (0.0, 40 * layers.Max(layer => layer.Deviation));
            for (var i = 0; i < 200; i++)
            {
                var middle = (low + high) / 2;
                if (Kept(middle).Sum() > budget)
                    low = middle;
                else
                    high = middle;
            }

            return Kept(high);

            double[] Kept(double threshold) =>
                [.. layers.Select(layer => layer.Weights * Normal.TwoSidedTail(threshold / layer.Deviation))];
        }
    }
}
