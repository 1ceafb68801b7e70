namespace SparseProf.CostModel.Statistics;

/// <summary>
/// Boosted trees grown on all but one part of the rows, part by part, so that the left-out parts show honest errors. The
/// average of the trees predicts; further trees learn where errors are large, and the scores (error over expected error)
/// calibrate intervals.
/// </summary>
public sealed record CrossFitted(IReadOnlyList<BoostedTrees> Parts, BoostedTrees Difficulty, double[] Scores)
{
    private const float LeastError = 0.003f;

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
            trees[fold] = Boosting.Fit(bins, binned, targets, parts == 1 ? all : [.. all.Where(i => part[i] != fold)], options, seed + fold);
            foreach (var i in all.Where(i => part[i] == fold))
                errors[i] = Math.Abs(targets[i] - trees[fold].Predict(features[i]));
        });
        var logs = errors.Select(error => MathF.Log(error + LeastError)).ToArray();
        var difficulty = Boosting.Fit(bins, binned, logs, all, new BoostingOptions(Trees: 60, Rate: 0.1, Columns: 0.4, Shrinkage: 30), seed);
        return new(trees, difficulty, Conformal.Summary([.. errors.Select((error, i) => error / Math.Exp(difficulty.Predict(features[i])))]));
    }

    public double Predict(ReadOnlySpan<float> features)
    {
        double sum = 0;
        foreach (var trees in Parts)
            sum += trees.Predict(features);
        return sum / Parts.Count;
    }

    /// <summary>The error to be expected here, in units that <see cref="Scores"/> calibrate.</summary>
    public double ExpectedError(ReadOnlySpan<float> features) => Math.Exp(Difficulty.Predict(features));

    public double HalfWidth(ReadOnlySpan<float> features, double coverage) => ExpectedError(features) * Conformal.Quantile(Scores, coverage);
}
