using SparseProf.Ops;
using SparseProf.Torch;

namespace SparseProf.Workloads.Sparsity;

/// <summary>
/// Masks with exactly as many nonzeros as a pattern says, by the magnitude of the weights. Of random weights the largest
/// stand at random places, so such a mask is also a random one.
/// </summary>
public static class Masks
{
    /// <summary>The bool mask of a weight [rows, …], or null where the pattern is dense.</summary>
    public static Tensor? ByMagnitude(Tensor weight, SparsityPattern pattern)
    {
        if (pattern is SparsityPattern.Dense)
            return null;
        var (rows, columns) = (weight.Size(0), weight.Elements / weight.Size(0));
        if (pattern.Misfit(rows, columns) is { } misfit)
            throw new ArgumentException($"{pattern} does not fit: {misfit}", nameof(pattern));
        var mask = Aten.Empty(weight.Shape, ScalarType.Bool);
        var values = weight.Data<float>();
        var kept = mask.Data<bool>();
        switch (pattern)
        {
            case SparsityPattern.NofM nofM:
                KeepInGroups(values, kept, nofM.N, nofM.M);
                break;
            case SparsityPattern.Block block:
                KeepBlocks(values, kept, (int)columns, block, pattern.Nonzeros(rows, columns) / (block.Rows * block.Columns));
                break;
            default:
                LargestMagnitudes.Keep(values, kept, pattern.Nonzeros(rows, columns));
                break;
        }

        return mask;
    }

    /// <summary>Sets the weights that a mask drops to zero.</summary>
    public static void Apply(Tensor mask, Tensor weight)
    {
        using var noGrad = Autograd.NoGrad();
        Aten.MulInPlace(weight, mask);
    }

    // Of equals the first is kept.
    private static void KeepInGroups(ReadOnlySpan<float> values, Span<bool> kept, int n, int m)
    {
        for (var start = 0; start < values.Length; start += m)
        {
            for (var i = 0; i < m; i++)
            {
                var larger = 0;
                for (var other = 0; other < m; other++)
                {
                    var (mine, theirs) = (MathF.Abs(values[start + i]), MathF.Abs(values[start + other]));
                    if (theirs > mine || (theirs == mine && other < i))
                        larger++;
                }

                kept[start + i] = larger < n;
            }
        }
    }

    // Blocks rank by the sum of their absolute weights.
    private static void KeepBlocks(ReadOnlySpan<float> values, Span<bool> kept, int columns, SparsityPattern.Block block, long count)
    {
        var across = columns / block.Columns;
        var sums = new float[values.Length / (block.Rows * block.Columns)];
        for (var i = 0; i < values.Length; i++)
            sums[BlockOf(i)] += MathF.Abs(values[i]);
        var keptBlocks = new bool[sums.Length];
        LargestMagnitudes.Keep(sums, keptBlocks, count);
        for (var i = 0; i < values.Length; i++)
            kept[i] = keptBlocks[BlockOf(i)];

        int BlockOf(int i) => i / columns / block.Rows * across + i % columns / block.Columns;
    }
}
