using System.Collections.Concurrent;

namespace SparseProf.CostModel.Latency;

/// <summary>How many experts a batch is expected to touch, and how uneven their load is.</summary>
/// <param name="Skew">Load of the busiest expert over the mean load of all.</param>
public readonly record struct RouterLoad(double ActiveExperts, double Skew)
{
    private const int MostKnown = 100_000;

    // Sums over experts cost more than all else of a prediction, and tables ask for the same ones again and again.
    private static readonly ConcurrentDictionary<(double Experts, double TopK, double Tokens, double Exponent), RouterLoad> Known = new();

    /// <summary>
    /// Even routing: E(1 − (1 − k/E)^T). A power law gives expert i a share proportional to i^−exponent, at most one
    /// visit a token; the expectation sums over experts.
    /// </summary>
    public static RouterLoad Of(double experts, double topK, double tokens, double exponent)
    {
        var chance = Math.Min(1, topK / experts);
        if (exponent <= 0)
            return new(Math.Max(1, experts * (1 - Math.Pow(1 - chance, tokens))), 1);
        var routing = (experts, topK, tokens, exponent);
        if (Known.TryGetValue(routing, out var known))
            return known;
        if (Known.Count >= MostKnown)
            Known.Clear();
        return Known[routing] = Uneven(experts, topK, tokens, exponent);
    }

    private static RouterLoad Uneven(double experts, double topK, double tokens, double exponent)
    {
        double total = 0;
        for (var i = 1; i <= experts; i++)
            total += Math.Pow(i, -exponent);
        double active = 0;
        for (var i = 1; i <= experts; i++)
            active += 1 - Math.Pow(1 - Math.Min(1, topK * Math.Pow(i, -exponent) / total), tokens);
        return new(Math.Max(1, active), Math.Min(experts / Math.Max(1, topK), experts / total));
    }
}
