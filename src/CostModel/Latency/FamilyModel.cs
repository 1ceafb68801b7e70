using SparseProf.CostModel.Statistics;

namespace SparseProf.CostModel.Latency;

/// <summary>Rows of one family of kernels that were timed on one device.</summary>
public sealed record FamilyTable(string Family, DeviceFigures Device, IReadOnlyList<KernelCall> Calls, IReadOnlyList<double> Seconds);

/// <summary>
/// One family on one device, learned from its table: fitted physics times the exponential of a residual by boosted
/// trees. Trees are grown on all but one part of the sites, part by part, so that the left-out parts show honest errors;
/// their average predicts.
/// </summary>
public sealed record FamilyModel(
    string Family, DeviceFigures Device, KernelPhysics Physics, IReadOnlyList<BoostedTrees> Residual, BoostedTrees? Difficulty, double[] Scores, ShapeRange Range, int Rows)
{
    /// <summary>Below so many rows a Gaussian process serves better than trees.</summary>
    public const int LeastRows = 450;

    private const float LeastError = 0.003f;

    /// <summary>Learns from a table; one fit in place of five where only the mean is wanted (a prior).</summary>
    public static FamilyModel Fit(FamilyTable table, int folds, int seed, BoostingOptions? options = null)
    {
        options ??= new BoostingOptions(Trees: 600, Columns: 0.4, Rate: 0.1);
        var work = table.Calls.Select(Work.Of).ToArray();
        var physics = PhysicsFit.Fit(work, table.Seconds, table.Device, KernelPhysics.Typical);
        var features = new float[work.Length][];
        var targets = new float[work.Length];
        for (var i = 0; i < work.Length; i++)
        {
            features[i] = new float[KernelFeatures.Count];
            targets[i] = (float)Math.Log(table.Seconds[i] / KernelFeatures.Fill(table.Calls[i], work[i], physics, table.Device, features[i]));
        }

        var bins = FeatureBins.Learn(features);
        var binned = bins.Bin(features);
        var part = SitePart.Of(table.Calls, folds, seed);
        var trees = new BoostedTrees[folds];
        var errors = new float[work.Length];
        Parallel.For(0, folds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, fold =>
        {
            var grown = Enumerable.Range(0, work.Length).Where(i => folds == 1 || part[i] != fold).ToArray();
            trees[fold] = Boosting.Fit(bins, binned, targets, grown, options, seed + fold);
            foreach (var i in Enumerable.Range(0, work.Length).Where(i => part[i] == fold))
                errors[i] = Math.Abs(targets[i] - trees[fold].Predict(features[i]));
        });
        var (difficulty, scores) = Judge(bins, binned, features, errors, seed);
        return new(table.Family, table.Device, physics, trees, difficulty, scores, ShapeRange.Of(table.Calls), work.Length);
    }

    /// <summary>Mean log residual against <see cref="Physics"/> for features made with the same physics.</summary>
    public double LogResidual(ReadOnlySpan<float> features)
    {
        double sum = 0;
        foreach (var trees in Residual)
            sum += trees.Predict(features);
        return sum / Residual.Count;
    }

    /// <summary>The log error to be expected here, in units that <see cref="Scores"/> calibrate.</summary>
    public double ExpectedError(ReadOnlySpan<float> features) => Difficulty is null ? 1 : Math.Exp(Difficulty.Predict(features));

    // Trees for the log of the error make intervals wide where the table is ragged; the scores are errors over that.
    private static (BoostedTrees Difficulty, double[] Scores) Judge(FeatureBins bins, byte[][] binned, float[][] features, float[] errors, int seed)
    {
        var logs = errors.Select(error => MathF.Log(error + LeastError)).ToArray();
        var all = Enumerable.Range(0, errors.Length).ToArray();
        var difficulty = Boosting.Fit(bins, binned, logs, all, new BoostingOptions(Trees: 60, Rate: 0.1, Columns: 0.4, Shrinkage: 30), seed);
        return (difficulty, Conformal.Summary([.. errors.Select((error, i) => error / Math.Exp(difficulty.Predict(features[i])))]));
    }
}
