using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SparseProf.CostModel.Statistics;

/// <summary>Cuts each feature into at most 128 bins at its quantiles; trees see bins only.</summary>
public sealed class FeatureBins
{
    public const int Most = 128;
    private const int Levels = 7;

    // The edges of each feature as a search tree in level order, filled up with infinity; the root is at 1.
    private readonly float[][] _search;

    public FeatureBins(float[][] edges)
    {
        if (edges.Any(feature => feature.Length >= Most))
            throw new ArgumentException($"a feature has more than {Most} bins", nameof(edges));
        Edges = edges;
        _search = [.. edges.Select(SearchTree)];
    }

    public float[][] Edges { get; }

    public int Features => Edges.Length;

    /// <param name="rows">Feature vectors, all of one length.</param>
    public static FeatureBins Learn(IReadOnlyList<float[]> rows)
    {
        var edges = new float[rows[0].Length][];
        Parallel.For(0, edges.Length, f =>
        {
            var column = new float[rows.Count];
            for (var i = 0; i < column.Length; i++)
                column[i] = rows[i][f];
            Array.Sort(column);
            edges[f] = Cut(column);
        });
        return new(edges);
    }

    /// <summary>How many edges lie below the value.</summary>
    public byte Bin(int feature, float value)
    {
        var tree = _search[feature];
        var place = 1;
        for (var level = 0; level < Levels; level++)
            place = 2 * place + (value > tree[place] ? 1 : 0);
        return (byte)(place - Most);
    }

    /// <summary>How many edges lie below each value.</summary>
    public void Bin(int feature, ReadOnlySpan<float> values, Span<byte> bins)
    {
        var i = 0;
        if (Avx512F.IsSupported)
        {
            for (; i <= values.Length - Vector512<float>.Count; i += Vector512<float>.Count)
                Avx512F.ConvertToVector128Byte(Search(_search[feature], Vector512.Create<float>(values[i..]))).CopyTo(bins[i..]);
        }

        for (; i < values.Length; i++)
            bins[i] = Bin(feature, values[i]);
    }

    /// <summary>Bins by feature, then row.</summary>
    public byte[][] Bin(IReadOnlyList<float[]> rows)
    {
        var bins = new byte[Features][];
        Parallel.For(0, bins.Length, f =>
        {
            bins[f] = new byte[rows.Count];
            for (var i = 0; i < rows.Count; i++)
                bins[f][i] = Bin(f, rows[i][f]);
        });
        return bins;
    }

    // Sixteen searches at once, without a look at memory but for the edges: registers hold a level's edges, permutations pick among them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Search(ReadOnlySpan<float> tree, Vector512<float> values)
    {
        var place = Vector512<int>.One;
        var top = Vector512.Create(tree);
        for (var level = 0; level < 4; level++)
            place = Down(place, values, Avx512F.PermuteVar16x32(top, place));
        place = Down(place, values, Avx512F.PermuteVar16x32(Vector512.Create(tree[16..]), place));
        place = Down(place, values, Avx512F.PermuteVar16x32x2(Vector512.Create(tree[32..]), place, Vector512.Create(tree[48..])));
        var low = Avx512F.PermuteVar16x32x2(Vector512.Create(tree[64..]), place, Vector512.Create(tree[80..]));
        var high = Avx512F.PermuteVar16x32x2(Vector512.Create(tree[96..]), place, Vector512.Create(tree[112..]));
        var isHigh = Vector512.GreaterThanOrEqual(place, Vector512.Create(96)).AsSingle();
        return Down(place, values, Vector512.ConditionalSelect(isHigh, high, low)) - Vector512.Create(Most);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Down(Vector512<int> place, Vector512<float> values, Vector512<float> edges) =>
        place + place - Vector512.GreaterThan(values, edges).AsInt32();

    private static float[] SearchTree(float[] edges)
    {
        var tree = new float[Most];
        for (var level = 0; level < Levels; level++)
        {
            for (var node = 0; node < 1 << level; node++)
            {
                var rank = ((2 * node + 1) << (Levels - 1 - level)) - 1;
                tree[(1 << level) + node] = rank < edges.Length ? edges[rank] : float.PositiveInfinity;
            }
        }

        return tree;
    }

    private static float[] Cut(float[] sorted)
    {
        var distinct = new List<float>();
        foreach (var value in sorted)
        {
            if (distinct.Count == 0 || value > distinct[^1])
                distinct.Add(value);
        }

        var candidates = new List<float>();
        if (distinct.Count <= Most)
        {
            for (var i = 1; i < distinct.Count; i++)
                candidates.Add(Between(distinct[i - 1], distinct[i]));
        }
        else
        {
            for (var i = 1; i < Most; i++)
            {
                var at = (int)((long)i * sorted.Length / Most);
                var edge = Between(sorted[at - 1], sorted[at]);
                if (candidates.Count == 0 || edge > candidates[^1])
                    candidates.Add(edge);
            }
        }

        return [.. candidates];
    }

    private static float Between(float low, float high) => low + (high - low) / 2;
}
