namespace SparseProf.Ops.Statistics;

/// <summary>The ratio of two times from interleaved blocks, so that drift strikes both alike.</summary>
public static class BlockRatio
{
    /// <summary>Hodges–Lehmann estimate over the logarithms of the blocks' ratios: numerator ÷ denominator.</summary>
    /// <param name="numerators">Median of each block.</param>
    /// <param name="denominators">Median of the same block.</param>
    /// <exception cref="ArgumentException">Not the same number of blocks, none, or a time that is not positive.</exception>
    public static Estimate Of(ReadOnlySpan<double> numerators, ReadOnlySpan<double> denominators)
    {
        if (numerators.Length != denominators.Length || numerators.IsEmpty)
            throw new ArgumentException($"{numerators.Length} and {denominators.Length} blocks make no ratios", nameof(denominators));
        var logarithms = new double[numerators.Length];
        for (var block = 0; block < logarithms.Length; block++)
        {
            logarithms[block] = numerators[block] > 0 && denominators[block] > 0
                ? Math.Log(numerators[block] / denominators[block])
                : throw new ArgumentException("a ratio of times needs positive times", nameof(numerators));
        }

        var estimate = HodgesLehmann.Of(logarithms);
        return estimate with { Value = Math.Exp(estimate.Value), Low = Math.Exp(estimate.Low), High = Math.Exp(estimate.High) };
    }
}
