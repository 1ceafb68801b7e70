using SparseProf.Ops;
using SparseProf.Workloads.Sparsity;

namespace SparseProf.Profiler.Kernels.Formats;

/// <summary>Magnitude pruning of W[rows, columns] in place: what a pattern does not keep becomes zero.</summary>
public static class PatternProjection
{
    /// <summary>Keeps the largest weights, or blocks of the largest sum of magnitudes, exactly as many as the pattern says.</summary>
    public static void Apply(Span<float> weights, int rows, int columns, SparsityPattern pattern)
    {
        MatrixShape.Check(weights, rows, columns);
        switch (pattern)
        {
            case SparsityPattern.NofM groups:
                for (var row = 0; row < rows; row++)
                    KeepInGroups(weights.Slice(row * columns, columns), groups);
                break;
            case SparsityPattern.Block block:
                KeepBlocks(weights, rows, columns, block);
                break;
            case SparsityPattern.Unstructured:
                KeepLargest(weights, pattern.Nonzeros(rows, columns));
                break;
        }
    }

    private static void KeepLargest(Span<float> weights, long count)
    {
        var kept = new bool[weights.Length];
        LargestMagnitudes.Keep(weights, kept, count);
        for (var place = 0; place < weights.Length; place++)
        {
            if (!kept[place])
                weights[place] = 0;
        }
    }

    private static void KeepInGroups(Span<float> row, SparsityPattern.NofM pattern)
    {
        for (var start = 0; start < row.Length; start += pattern.M)
        {
            var group = row.Slice(start, Math.Min(pattern.M, row.Length - start));
            for (var left = group.Length; left > pattern.N; left--)
                group[Smallest(group)] = 0;
        }
    }

    private static void KeepBlocks(Span<float> weights, int rows, int columns, SparsityPattern.Block pattern)
    {
        var across = (columns + pattern.Columns - 1) / pattern.Columns;
        var sums = new float[(rows + pattern.Rows - 1) / pattern.Rows * across];
        for (var place = 0; place < weights.Length; place++)
            sums[BlockOf(place)] += Math.Abs(weights[place]);
        KeepLargest(sums, (long)Math.Round(sums.Length * pattern.Density.Value));
        for (var place = 0; place < weights.Length; place++)
        {
            if (sums[BlockOf(place)] == 0)
                weights[place] = 0;
        }

        int BlockOf(int place) => place / columns / pattern.Rows * across + place % columns / pattern.Columns;
    }

    /// <summary>The place of the smallest magnitude that is not zero yet.</summary>
    private static int Smallest(ReadOnlySpan<float> group)
    {
        var smallest = 0;
        for (var place = 1; place < group.Length; place++)
        {
            if (group[smallest] == 0 || (group[place] != 0 && Math.Abs(group[place]) < Math.Abs(group[smallest])))
                smallest = place;
        }

        return smallest;
    }
}
