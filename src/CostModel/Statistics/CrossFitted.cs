namespace SparseProf.CostModel.Statistics;

/// <summary>
/// Boosted trees grown on all but one part of the rows, part by part, so that the left-out parts show honest errors. The
/// average of the trees predicts; further trees learn where errors are large, and the scores (error over expected error)
/// calibrate intervals.
/// </summary>
public sealed class CrossFitted
{
    private const float LeastError = 0.003f;

    private static readonly BoostingOptions ForErrors = new(Trees: 60, Rate: 0.1, Columns: 0.4, Shrinkage: 30);

    /// <exception cref="ArgumentException">A tree asks for a feature that has no bins.</exception>
    public CrossFitted(FeatureBins bins, IReadOnlyList<BoostedTrees> parts, BoostedTrees difficulty, double[] scores)
    {
        foreach (var trees in parts.Append(difficulty))
        {
            if (trees.Features.ContainsAnyExceptInRange((byte)0, (byte)(bins.Features - 1)))
                throw new ArgumentException("a tree asks for a feature that does not exist", nameof(parts));
        }

        Bins = bins;
        Parts = parts;
        Difficulty = difficulty;
        Scores = scores;
    }

    public FeatureBins Bins { get; }

    public IReadOnlyList<BoostedTrees> Parts { get; }

    /// <summary>Predicts the logarithm of the error.</summary>
    public BoostedTrees Difficulty { get; }

    public double[] Scores { get; }

    /// <param name="part">The part of each row, from 0.</param>
    /// <param name="parts">With one part nothing is held out: the errors are those of the fit.</param>
    public static CrossFitted Fit(float[][] features, float[] targets, int[] part, int parts, BoostingOptions options, int seed)
    {
        var bins = FeatureBins.Learn(features);
        var binned = bins.Bin(features);
        var trees = new BoostedTrees[parts];
        var errors = new float[targets.Length];
        var all = Enumerable.Range(0, targets.Length).ToArray();
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, fold =>
        {
            int[] held = [.. all.Where(i => part[i] == fold)];
            trees[fold] = Boosting.Fit(bins, binned, targets, parts == 1 ? all : [.. all.Where(i => part[i] != fold)], options, seed + fold);
            var predicted = Predictions(trees[fold], binned, held);
            for (var i = 0; i < held.Length; i++)
                errors[held[i]] = Math.Abs(targets[held[i]] - predicted[i]);
        });
        var logs = errors.Select(error => MathF.Log(error + LeastError)).ToArray();
        var difficulty = Boosting.Fit(bins, binned, logs, all, ForErrors, seed);
        var expected = Predictions(difficulty, binned, all);
        return new(bins, trees, difficulty, Conformal.Summary([.. errors.Select((error, i) => error / Math.Exp(expected[i]))]));
    }

    /// <summary>Predicts up to a block of rows.</summary>
    /// <param name="columns">Of every feature in turn, <see cref="BoostedTrees.Block"/> rows.</param>
    /// <param name="values">The average of the parts, a block of rows.</param>
    /// <param name="expectedErrors">The errors to be expected, in units that <see cref="Scores"/> calibrate; empty where they are not asked for.</param>
    public void Predict(ReadOnlySpan<float> columns, Span<float> values, Span<float> expectedErrors)
    {
        Span<byte> bins = stackalloc byte[Bins.Features * BoostedTrees.Block];
        for (var f = 0; f < Bins.Features; f++)
            Bins.Bin(f, columns.Slice(f * BoostedTrees.Block, BoostedTrees.Block), bins[(f * BoostedTrees.Block)..]);
        values.Clear();
        foreach (var trees in Parts)
            trees.AddTo(bins, values);
        for (var i = 0; i < BoostedTrees.Block; i++)
            values[i] /= Parts.Count;
        if (expectedErrors.IsEmpty)
            return;
        expectedErrors.Clear();
        Difficulty.AddTo(bins, expectedErrors);
        for (var i = 0; i < BoostedTrees.Block; i++)
            expectedErrors[i] = MathF.Exp(expectedErrors[i]);
    }

    public double Predict(ReadOnlySpan<float> features) => Predict(features, out _);

    public double Predict(ReadOnlySpan<float> features, out double expectedError)
    {
        Span<float> columns = stackalloc float[Bins.Features * BoostedTrees.Block];
        for (var f = 0; f < features.Length; f++)
            columns[f * BoostedTrees.Block] = features[f];
        Span<float> values = stackalloc float[BoostedTrees.Block];
        Span<float> errors = stackalloc float[BoostedTrees.Block];
        Predict(columns, values, errors);
        expectedError = errors[0];
        return values[0];
    }

    public double HalfWidth(ReadOnlySpan<float> features, double coverage)
    {
        Predict(features, out var expected);
        return expected * Conformal.Quantile(Scores, coverage);
    }

    private static float[] Predictions(BoostedTrees trees, byte[][] binned, int[] rows)
    {
        var predicted = new float[rows.Length];
        var bins = new byte[binned.Length * BoostedTrees.Block];
        Span<float> sums = stackalloc float[BoostedTrees.Block];
        for (var first = 0; first < rows.Length; first += BoostedTrees.Block)
        {
            var block = rows.AsSpan(first, Math.Min(BoostedTrees.Block, rows.Length - first));
            for (var f = 0; f < binned.Length; f++)
            {
                for (var i = 0; i < block.Length; i++)
                    bins[f * BoostedTrees.Block + i] = binned[f][block[i]];
            }

            sums.Clear();
            trees.AddTo(bins, sums);
            sums[..block.Length].CopyTo(predicted.AsSpan(first));
        }

        return predicted;
    }
}
