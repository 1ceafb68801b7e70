namespace SparseProf.Workloads.Sparsity;

/// <summary>Finds the largest absolute values without sorting.</summary>
public static class LargestMagnitudes
{
    private const int Buckets = 1 << 16;

    /// <summary>Marks exactly <paramref name="count"/> values; of equals the first are marked. Linear time: two histograms over the bits.</summary>
    public static void Keep(ReadOnlySpan<float> values, Span<bool> kept, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, values.Length);

        // The bits of nonnegative floats are ordered as the floats are: upper half first, then lower half within the
        // upper half in which the threshold lies.
        var histogram = new long[Buckets];
        foreach (var value in values)
            histogram[Magnitude(value) >> 16]++;
        var (upper, above) = Threshold(histogram, count);
        Array.Clear(histogram);
        foreach (var value in values)
        {
            if (Magnitude(value) >> 16 == upper)
                histogram[Magnitude(value) & (Buckets - 1)]++;
        }

        var (lower, aboveLower) = Threshold(histogram, count - above);
        var threshold = (upper << 16) | lower;
        var ties = count - above - aboveLower;
        for (var i = 0; i < values.Length; i++)
        {
            var magnitude = Magnitude(values[i]);
            kept[i] = magnitude > threshold || (magnitude == threshold && ties-- > 0);
        }
    }

    private static uint Magnitude(float value) => BitConverter.SingleToUInt32Bits(MathF.Abs(value));

    // The highest bucket that, with all above it, holds at least count; and how many stand above it.
    private static (uint Bucket, long Above) Threshold(long[] histogram, long count)
    {
        var above = 0L;
        for (var bucket = (uint)Buckets - 1; bucket > 0; bucket--)
        {
            if (above + histogram[bucket] >= count)
                return (bucket, above);
            above += histogram[bucket];
        }

        return (0, above);
    }
}
