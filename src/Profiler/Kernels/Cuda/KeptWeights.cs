using SparseProf.Ops;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>Which weights magnitude pruning keeps, in time linear in their number: matrices here have tens of millions.</summary>
internal static class KeptWeights
{
    // Magnitudes compare as the integers of their bits; the upper 16 of 31 bits make the classes.
    private const int Classes = 1 << 16;
    private const int ClassShift = 15;

    /// <summary>Exactly <paramref name="count"/> weights of the largest magnitudes; within the class of the smallest kept one the earlier win.</summary>
    public static bool[] Largest(ReadOnlySpan<float> weights, long count)
    {
        var histogram = new long[Classes];
        foreach (var weight in weights)
            histogram[ClassOf(weight)]++;
        var threshold = Classes;
        long above = 0;
        while (threshold > 0 && above + histogram[threshold - 1] <= count)
            above += histogram[--threshold];
        var fromThreshold = count - above;
        var kept = new bool[weights.Length];
        for (var i = 0; i < weights.Length; i++)
        {
            var magnitude = ClassOf(weights[i]);
            kept[i] = magnitude >= threshold || (magnitude == threshold - 1 && fromThreshold-- > 0);
        }

        return kept;
    }

    /// <summary>
    /// In each row of blocks the same number of blocks, those of the largest sums, so that BSR and Blocked-ELL, which pads
    /// short rows, hold the same matrix.
    /// </summary>
    public static bool[] OfBlocks(ReadOnlySpan<float> weights, int rows, int columns, SparsityPattern.Block pattern)
    {
        var kept = new bool[weights.Length];
        var perRow = BlocksPerRow(columns, pattern);
        for (var top = 0; top < rows; top += pattern.Rows)
        {
            var sums = new double[columns / pattern.Columns];
            for (var row = top; row < top + pattern.Rows; row++)
            {
                for (var block = 0; block < sums.Length; block++)
                {
                    foreach (var weight in weights.Slice(row * columns + block * pattern.Columns, pattern.Columns))
                        sums[block] += Math.Abs(weight);
                }
            }

            foreach (var block in Enumerable.Range(0, sums.Length).OrderByDescending(i => sums[i]).Take(perRow))
            {
                for (var row = top; row < top + pattern.Rows; row++)
                    kept.AsSpan(row * columns + block * pattern.Columns, pattern.Columns).Fill(true);
            }
        }

        return kept;
    }

    public static int BlocksPerRow(int columns, SparsityPattern.Block pattern) =>
        Math.Max(1, (int)Math.Round(columns / pattern.Columns * pattern.Density.Value));

    private static int ClassOf(float weight) => (int)((uint)(BitConverter.SingleToInt32Bits(weight) & 0x7fffffff) >> ClassShift);
}
