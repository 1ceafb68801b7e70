using System.Runtime.CompilerServices;

namespace SparseProf.CostModel.Statistics;

/// <summary>Grows symmetric trees one after the other; each level takes the question with the largest gain over all leaves.</summary>
internal sealed class TreeGrower(FeatureBins bins, byte[][] binned, int[] rows, BoostingOptions options, Random random)
{
    private readonly List<byte> _features = [];
    private readonly List<byte> _thresholds = [];
    private readonly List<float> _leaves = [];
    private readonly byte[][] _binned = [.. binned.Select(column => rows.Select(row => column[row]).ToArray())];
    private readonly byte[] _leafOfSample = new byte[rows.Length];
    private readonly int[] _sample = new int[rows.Length];
    private readonly float[] _gradients = new float[rows.Length];
    private readonly float[] _sums = new float[BoostedTrees.Leaves * FeatureBins.Most];
    private readonly float[] _counts = new float[BoostedTrees.Leaves * FeatureBins.Most];
    private readonly double[] _gains = new double[FeatureBins.Most];

    public BoostedTrees Build(float start) => new(bins, start, [.. _features], [.. _thresholds], [.. _leaves]);

    /// <summary>Fits one tree to the gradients and takes its step off the residuals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Grow(float[] gradients, float[] residuals)
    {
        var count = Draw(gradients);
        var candidates = Candidates();
        Array.Clear(_leafOfSample, 0, count);
        var first = _features.Count;
        for (var level = 0; level < BoostedTrees.Depth; level++)
        {
            var (feature, threshold) = BestQuestion(candidates, count, 1 << level);
            _features.Add((byte)feature);
            _thresholds.Add((byte)threshold);
            var column = _binned[feature];
            for (var i = 0; i < count; i++)
                _leafOfSample[i] |= (byte)((column[_sample[i]] > threshold ? 1 : 0) << level);
        }

        var leaves = LeafValues(count);
        _leaves.AddRange(leaves);
        Step(first, leaves, residuals);
    }

    private int Draw(float[] gradients)
    {
        var count = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (options.Rows < 1 && random.NextDouble() >= options.Rows)
                continue;
            _sample[count] = i;
            _gradients[count++] = gradients[i];
        }

        return count;
    }

    private int[] Candidates()
    {
        var usable = Enumerable.Range(0, bins.Features).Where(feature => bins.Edges[feature].Length > 0).ToArray();
        if (usable.Length == 0)
            return [0];
        random.Shuffle(usable);
        return usable[..Math.Max(1, (int)Math.Ceiling(usable.Length * options.Columns))];
    }

    private (int Feature, int Threshold) BestQuestion(int[] candidates, int count, int leaves)
    {
        var best = double.NegativeInfinity;
        var question = (Feature: candidates[0], Threshold: FeatureBins.Most - 1);
        foreach (var feature in candidates)
        {
            var width = bins.Edges[feature].Length + 1;
            if (width < 2)
                continue;
            Fill(feature, count, leaves, width);
            Array.Clear(_gains, 0, width);
            for (var leaf = 0; leaf < leaves; leaf++)
                AddGains(leaf * width, width);
            for (var threshold = 0; threshold < width - 1; threshold++)
            {
                if (_gains[threshold] > best)
                    (best, question) = (_gains[threshold], (feature, threshold));
            }
        }

        return question;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fill(int feature, int count, int leaves, int width)
    {
        Array.Clear(_sums, 0, leaves * width);
        Array.Clear(_counts, 0, leaves * width);
        var column = _binned[feature];
        for (var i = 0; i < count; i++)
        {
            var at = _leafOfSample[i] * width + column[_sample[i]];
            _sums[at] += _gradients[i];
            _counts[at]++;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddGains(int first, int width)
    {
        var sums = _sums.AsSpan(first, width);
        var counts = _counts.AsSpan(first, width);
        double sum = 0, n = 0;
        for (var i = 0; i < width; i++)
        {
            sum += sums[i];
            n += counts[i];
        }

        if (n == 0)
            return;
        double left = 0, nLeft = 0;
        for (var i = 0; i < width - 1; i++)
        {
            left += sums[i];
            nLeft += counts[i];
            var right = sum - left;
            _gains[i] += left * left / (nLeft + options.Shrinkage) + right * right / (n - nLeft + options.Shrinkage);
        }
    }

    private float[] LeafValues(int count)
    {
        var sums = new double[BoostedTrees.Leaves];
        var counts = new double[BoostedTrees.Leaves];
        for (var i = 0; i < count; i++)
        {
            sums[_leafOfSample[i]] += _gradients[i];
            counts[_leafOfSample[i]]++;
        }

        var values = new float[BoostedTrees.Leaves];
        for (var leaf = 0; leaf < values.Length; leaf++)
            values[leaf] = (float)(options.Rate * sums[leaf] / (counts[leaf] + options.Shrinkage));
        return values;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Step(int first, float[] leaves, float[] residuals)
    {
        Array.Clear(_leafOfSample);
        for (var level = 0; level < BoostedTrees.Depth; level++)
        {
            var column = _binned[_features[first + level]];
            var threshold = _thresholds[first + level];
            for (var i = 0; i < residuals.Length; i++)
                _leafOfSample[i] |= (byte)((column[i] > threshold ? 1 : 0) << level);
        }

        for (var i = 0; i < residuals.Length; i++)
            residuals[i] -= leaves[_leafOfSample[i]];
    }
}
