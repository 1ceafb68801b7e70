using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SparseProf.CostModel.Statistics;

/// <summary>Grows symmetric trees one after the other; each level takes the question with the largest gain over all leaves.</summary>
internal sealed class TreeGrower
{
    private readonly BoostingOptions _options;
    private readonly Random _random;
    private readonly byte[][] _binned;
    private readonly int[] _usable;
    private readonly TreeHistograms _histograms;
    private readonly List<byte> _features = [];
    private readonly List<byte> _thresholds = [];
    private readonly List<float> _leaves = [];
    private readonly byte[] _leafOfRow;
    private int[] _rows;
    private int[] _nextRows;
    private long[] _packed;
    private long[] _nextPacked;
    private int[] _starts = [];

    /// <param name="rows">Those of <paramref name="binned"/> that are learned from.</param>
    public TreeGrower(FeatureBins bins, byte[][] binned, int[] rows, BoostingOptions options, Random random)
    {
        _options = options;
        _random = random;
        _binned = [.. binned.Select(column => rows.Select(row => column[row]).ToArray())];
        _usable = [.. Enumerable.Range(0, bins.Features).Where(feature => bins.Edges[feature].Length > 0)];
        _histograms = new(bins, _binned, options.Shrinkage);
        _leafOfRow = new byte[rows.Length];
        (_rows, _nextRows) = (new int[rows.Length], new int[rows.Length]);
        (_packed, _nextPacked) = (new long[rows.Length], new long[rows.Length]);
    }

    public BoostedTrees Build(float start) => new(start, [.. _features], [.. _thresholds], [.. _leaves]);

    /// <summary>Fits one tree to the residuals, each clipped, and takes its step off them.</summary>
    public void Grow(float[] residuals, float clip)
    {
        var count = Draw(residuals.Length);
        var unit = PackedGradients.Pack(residuals, _rows.AsSpan(0, count), clip, _packed);
        _starts = [0, count];
        _histograms.Start(Candidates(), _rows.AsSpan(0, count), _packed.AsSpan(0, count));
        var first = _features.Count;
        for (var level = 0; level < BoostedTrees.Depth; level++)
        {
            if (level > 0)
                _histograms.Descend(_starts, _rows, _packed);
            var (feature, threshold) = _histograms.BestQuestion(1 << level);
            _features.Add((byte)feature);
            _thresholds.Add((byte)threshold);
            Partition(_binned[feature], threshold);
        }

        var leaves = LeafValues(unit);
        _leaves.AddRange(leaves);
        Step(first, leaves, residuals);
    }

    private int Draw(int rows)
    {
        var count = 0;
        for (var i = 0; i < rows; i++)
        {
            if (_options.Rows >= 1 || _random.NextDouble() < _options.Rows)
                _rows[count++] = i;
        }

        return count;
    }

    private int[] Candidates()
    {
        if (_usable.Length == 0)
            return [0];
        _random.Shuffle(_usable);
        return _usable[..Math.Max(1, (int)Math.Ceiling(_usable.Length * _options.Columns))];
    }

    // Rows stay sorted by group: those of each that answer no before those that answer yes, in their order.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Partition(byte[] column, int threshold)
    {
        var starts = new int[_starts.Length * 2 - 1];
        ref var bin = ref MemoryMarshal.GetArrayDataReference(column);
        for (var group = 0; group + 1 < _starts.Length; group++)
        {
            int low = _starts[group], high = _starts[group + 1] - 1;
            for (var i = _starts[group]; i < _starts[group + 1]; i++)
            {
                // Written to both ends, kept at one: no branch to mispredict.
                var row = _rows[i];
                var packed = _packed[i];
                var yes = Unsafe.Add(ref bin, row) > threshold ? 1 : 0;
                _nextRows[low] = row;
                _nextPacked[low] = packed;
                _nextRows[high] = row;
                _nextPacked[high] = packed;
                low += 1 - yes;
                high -= yes;
            }

            starts[2 * group] = _starts[group];
            starts[2 * group + 1] = low;
        }

        starts[^1] = _starts[^1];
        _starts = starts;
        (_rows, _nextRows, _packed, _nextPacked) = (_nextRows, _rows, _nextPacked, _packed);
    }

    private float[] LeafValues(float unit)
    {
        var values = new float[BoostedTrees.Leaves];
        for (var group = 0; group < values.Length; group++)
        {
            long sum = 0;
            for (var i = _starts[group]; i < _starts[group + 1]; i++)
                sum += PackedGradients.Sum(_packed[i]);
            var count = _starts[group + 1] - _starts[group];
            values[Leaf(group)] = (float)(_options.Rate * sum * unit / (count + _options.Shrinkage));
        }

        return values;
    }

    // The first question is the highest bit of a group's place, the lowest of a leaf's.
    private static int Leaf(int group)
    {
        var leaf = 0;
        for (var level = 0; level < BoostedTrees.Depth; level++)
            leaf |= (group >> (BoostedTrees.Depth - 1 - level) & 1) << level;
        return leaf;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Step(int first, float[] leaves, float[] residuals)
    {
        Array.Clear(_leafOfRow);
        for (var level = 0; level < BoostedTrees.Depth; level++)
        {
            var column = _binned[_features[first + level]];
            var threshold = _thresholds[first + level];
            for (var i = 0; i < column.Length; i++)
                _leafOfRow[i] |= (byte)((column[i] > threshold ? 1 : 0) << level);
        }

        for (var i = 0; i < residuals.Length; i++)
            residuals[i] -= leaves[_leafOfRow[i]];
    }
}
