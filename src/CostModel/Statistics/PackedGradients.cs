namespace SparseProf.CostModel.Statistics;

/// <summary>
/// Gradients as whole numbers, packed with a count of one: a histogram cell takes both by one addition, sums are exact in
/// whatever order they are made, and a sibling's cell is a subtraction. The lowest 24 bits count rows.
/// </summary>
internal static class PackedGradients
{
    public const int CountBits = 24;
    public const long CountMask = (1L << CountBits) - 1;
    private const float Largest = 32767;

    /// <summary>Writes the residuals, clipped at ± <paramref name="clip"/>, and returns the size of a unit.</summary>
    public static float Pack(ReadOnlySpan<float> residuals, ReadOnlySpan<int> rows, float clip, Span<long> packed)
    {
        var scale = Largest / clip;
        for (var i = 0; i < rows.Length; i++)
        {
            var gradient = (long)MathF.Round(Math.Clamp(residuals[rows[i]], -clip, clip) * scale);
            packed[i] = (gradient << CountBits) + 1;
        }

        return clip / Largest;
    }

    public static long Sum(long packed) => packed >> CountBits;

    public static long Count(long packed) => packed & CountMask;
}
