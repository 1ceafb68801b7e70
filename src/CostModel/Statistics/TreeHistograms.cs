using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SparseProf.CostModel.Statistics;

/// <summary>
/// Histograms of packed gradients for each group of rows (a leaf of the growing tree) and each feature that the tree may
/// ask for. Of two sibling groups only the smaller is counted; the other is the parent less its sibling.
/// </summary>
internal sealed class TreeHistograms(FeatureBins bins, byte[][] binned, double shrinkage)
{
    private readonly int[] _offsets = new int[bins.Features];
    private long[] _parents = [];
    private long[] _cells = [];
    private int[] _features = [];
    private int _width;
    private double[] _gains = [];

    /// <summary>Starts a tree whose questions are about some features, with all rows in one group.</summary>
    public void Start(int[] features, ReadOnlySpan<int> rows, ReadOnlySpan<long> packed)
    {
        _features = features;
        _width = 0;
        foreach (var feature in features)
        {
            _offsets[feature] = _width;
            _width += bins.Edges[feature].Length + 1;
        }

        var most = _width << (BoostedTrees.Depth - 1);
        if (_cells.Length < most)
            (_cells, _parents, _gains) = (new long[most], new long[most], new double[Math.Max(_gains.Length, _width + Vector512<double>.Count)]);
        Count(0, rows, packed);
    }

    /// <summary>The histograms one level deeper, from where each group starts in the rows, now sorted by group.</summary>
    public void Descend(ReadOnlySpan<int> starts, ReadOnlySpan<int> rows, ReadOnlySpan<long> packed)
    {
        (_cells, _parents) = (_parents, _cells);
        for (var low = 0; low + 1 < starts.Length - 1; low += 2)
        {
            var lower = starts[low + 1] - starts[low];
            var upper = starts[low + 2] - starts[low + 1];
            var (counted, other) = lower <= upper ? (low, low + 1) : (low + 1, low);
            var from = starts[counted];
            Count(counted, rows[from..starts[counted + 1]], packed[from..starts[counted + 1]]);
            Subtract(_parents.AsSpan(low / 2 * _width, _width), _cells.AsSpan(counted * _width, _width), _cells.AsSpan(other * _width, _width));
        }
    }

    /// <summary>The question with the largest gain over all groups together.</summary>
    public (int Feature, int Threshold) BestQuestion(int groups)
    {
        var best = double.NegativeInfinity;
        var question = (Feature: _features[0], Threshold: FeatureBins.Most - 1);
        Span<long> running = stackalloc long[FeatureBins.Most + Vector512<long>.Count];
        foreach (var feature in _features)
        {
            var width = bins.Edges[feature].Length + 1;
            var gains = _gains.AsSpan(0, width + Vector512<double>.Count);
            gains.Clear();
            for (var group = 0; group < groups; group++)
                AddGains(_cells.AsSpan(group * _width + _offsets[feature], width), running, gains);
            for (var threshold = 0; threshold < width - 1; threshold++)
            {
                if (gains[threshold] > best)
                    (best, question) = (gains[threshold], (feature, threshold));
            }
        }

        return question;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Count(int group, ReadOnlySpan<int> rows, ReadOnlySpan<long> packed)
    {
        var cells = _cells.AsSpan(group * _width, _width);
        cells.Clear();
        foreach (var feature in _features)
        {
            // Rows and bins are in range by construction; checks would double the time of the innermost loop of a fit.
            ref var cell = ref cells[_offsets[feature]];
            ref var bin = ref MemoryMarshal.GetArrayDataReference(binned[feature]);
            for (var i = 0; i < rows.Length; i++)
                Unsafe.Add(ref cell, Unsafe.Add(ref bin, rows[i])) += packed[i];
        }
    }

    private static void Subtract(ReadOnlySpan<long> parent, ReadOnlySpan<long> sibling, Span<long> rest)
    {
        var i = 0;
        for (; i <= rest.Length - Vector<long>.Count; i += Vector<long>.Count)
            (new Vector<long>(parent[i..]) - new Vector<long>(sibling[i..])).CopyTo(rest[i..]);
        for (; i < rest.Length; i++)
            rest[i] = parent[i] - sibling[i];
    }

    // Gain of a cut: squares of the sums on both sides, each over its count plus the shrinkage.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddGains(ReadOnlySpan<long> cells, Span<long> running, Span<double> gains)
    {
        long sum = 0;
        for (var i = 0; i < cells.Length; i++)
        {
            sum += cells[i];
            running[i] = sum;
        }

        if (sum == 0)
            return;
        running.Slice(cells.Length, Vector512<long>.Count).Fill(sum);
        var total = Vector512.Create((double)PackedGradients.Sum(sum));
        var weight = Vector512.Create(PackedGradients.Count(sum) + (2 * shrinkage));
        for (var i = 0; i < cells.Length; i += Vector512<long>.Count)
        {
            var packed = Vector512.Create<long>(running[i..]);
            var left = Vector512.ConvertToDouble(packed >> PackedGradients.CountBits);
            var right = total - left;
            var below = Vector512.ConvertToDouble(packed & Vector512.Create(PackedGradients.CountMask)) + Vector512.Create(shrinkage);
            var above = weight - below;
            var gain = ((left * left * above) + (right * right * below)) / (below * above);
            (Vector512.Create<double>(gains[i..]) + gain).CopyTo(gains[i..]);
        }
    }
}
