using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SparseProf.CostModel.Statistics;

/// <summary>
/// A sum of symmetric trees: every level of a tree asks the same question, so that a tree of depth six is six byte
/// comparisons and one look-up in 64 leaves, for 64 rows at a time.
/// </summary>
public sealed class BoostedTrees
{
    public const int Depth = 6;
    public const int Leaves = 1 << Depth;
    public const int Block = 64;

    private readonly byte[] _features;
    private readonly byte[] _thresholds;
    private readonly float[] _leaves;

    /// <param name="features">The feature of each level, tree after tree.</param>
    /// <param name="thresholds">A bin above it sets the level's bit of the leaf.</param>
    public BoostedTrees(float start, byte[] features, byte[] thresholds, float[] leaves)
    {
        if (features.Length % Depth != 0 || thresholds.Length != features.Length || leaves.Length != features.Length / Depth * Leaves)
            throw new ArgumentException("the arrays of the trees do not belong together", nameof(leaves));
        Start = start;
        _features = features;
        _thresholds = thresholds;
        _leaves = leaves;
    }

    public float Start { get; }

    public int Count => _features.Length / Depth;

    public ReadOnlySpan<byte> Features => _features;

    public ReadOnlySpan<byte> Thresholds => _thresholds;

    public ReadOnlySpan<float> LeafValues => _leaves;

    /// <summary>Adds the prediction of each row of a block to the sums.</summary>
    /// <param name="bins">Of every feature in turn, <see cref="Block"/> rows.</param>
    /// <param name="sums">One for each of the rows.</param>
    public void AddTo(ReadOnlySpan<byte> bins, Span<float> sums)
    {
        Span<float> part = stackalloc float[Block];
        part.Fill(Start);
        if (Avx512BW.IsSupported)
            SumWide(bins, part);
        else
            Sum(bins, part);
        for (var i = 0; i < Block; i++)
            sums[i] += part[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sum(ReadOnlySpan<byte> bins, Span<float> sums)
    {
        Span<byte> leaf = stackalloc byte[Block];
        for (var tree = 0; tree < Count; tree++)
        {
            leaf.Clear();
            for (var level = 0; level < Depth; level++)
            {
                var column = bins.Slice(_features[tree * Depth + level] * Block, Block);
                var threshold = _thresholds[tree * Depth + level];
                for (var i = 0; i < Block; i++)
                    leaf[i] |= (byte)((column[i] > threshold ? 1 : 0) << level);
            }

            var values = _leaves.AsSpan(tree * Leaves, Leaves);
            for (var i = 0; i < Block; i++)
                sums[i] += values[leaf[i]];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumWide(ReadOnlySpan<byte> bins, Span<float> sums)
    {
        var sum0 = Vector512.Create<float>(sums);
        var sum1 = Vector512.Create<float>(sums[16..]);
        var sum2 = Vector512.Create<float>(sums[32..]);
        var sum3 = Vector512.Create<float>(sums[48..]);
        for (var tree = 0; tree < Count; tree++)
        {
            var leaf = Vector512<byte>.Zero;
            for (var level = 0; level < Depth; level++)
            {
                var column = Vector512.Create<byte>(bins.Slice(_features[tree * Depth + level] * Block, Block));
                var above = Vector512.GreaterThan(column, Vector512.Create(_thresholds[tree * Depth + level]));
                leaf |= above & Vector512.Create((byte)(1 << level));
            }

            ReadOnlySpan<float> values = _leaves.AsSpan(tree * Leaves, Leaves);
            var a = Vector512.Create(values);
            var b = Vector512.Create(values[16..]);
            var c = Vector512.Create(values[32..]);
            var d = Vector512.Create(values[48..]);
            sum0 += Look(Avx512F.ConvertToVector512Int32(leaf.GetLower().GetLower()), a, b, c, d);
            sum1 += Look(Avx512F.ConvertToVector512Int32(leaf.GetLower().GetUpper()), a, b, c, d);
            sum2 += Look(Avx512F.ConvertToVector512Int32(leaf.GetUpper().GetLower()), a, b, c, d);
            sum3 += Look(Avx512F.ConvertToVector512Int32(leaf.GetUpper().GetUpper()), a, b, c, d);
        }

        sum0.CopyTo(sums);
        sum1.CopyTo(sums[16..]);
        sum2.CopyTo(sums[32..]);
        sum3.CopyTo(sums[48..]);
    }

    // One of the 64 leaves a..d for each of 16 rows: bits 0-4 choose within a pair of registers, bit 5 the pair.
    private static Vector512<float> Look(Vector512<int> leaf, Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        var low = Avx512F.PermuteVar16x32x2(a, leaf, b);
        var high = Avx512F.PermuteVar16x32x2(c, leaf, d);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(leaf, Vector512.Create(31)).AsSingle(), high, low);
    }
}
