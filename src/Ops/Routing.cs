namespace SparseProf.Ops;

/// <summary>Which experts of a mixture run: each token goes to its <see cref="TopK"/> best-scored of <see cref="Experts"/>.</summary>
public sealed record Routing
{
    /// <param name="capacityFactor">Slack over a perfectly even split; null for dropless routing.</param>
    /// <exception cref="ArgumentOutOfRangeException">No experts, more choices than experts, or a capacity factor that is not positive.</exception>
    public Routing(int experts, int topK, double? capacityFactor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(experts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(topK, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(topK, experts);
        if (capacityFactor is not (null or > 0))
            throw new ArgumentOutOfRangeException(nameof(capacityFactor), capacityFactor, "a capacity factor is positive");
        Experts = experts;
        TopK = topK;
        CapacityFactor = capacityFactor;
    }

    public int Experts { get; }

    public int TopK { get; }

    public double? CapacityFactor { get; }

    /// <summary>Tokens that an expert accepts: ⌈capacity factor · k · tokens ÷ experts⌉ (Switch Transformer, eq. 3); all of them where dropless.</summary>
    public long ExpertCapacity(long tokens) =>
        CapacityFactor is { } factor ? Math.Min(tokens, (long)Math.Ceiling(factor * TopK * tokens / Experts)) : tokens;

    /// <summary>Experts that a batch is expected to touch under even routing: E(1 − (1 − k/E)^T).</summary>
    public double ExpectedActiveExperts(long tokens) => Experts * (1 - Math.Pow(1 - (double)TopK / Experts, tokens));
}
