namespace SparseProf.CostModel.Statistics;

/// <summary>How trees are grown.</summary>
/// <param name="Trees">How many.</param>
/// <param name="Rate">Share of each tree's step that is taken.</param>
/// <param name="Rows">Share of rows that each tree sees.</param>
/// <param name="Columns">Share of features that each tree may ask for.</param>
/// <param name="Shrinkage">Added to the count of each leaf: larger means flatter leaves.</param>
/// <param name="Clip">Residuals count up to this many median deviations; infinite where the odd rows are the signal.</param>
public sealed record BoostingOptions(int Trees = 500, double Rate = 0.08, double Rows = 0.6, double Columns = 0.6, double Shrinkage = 2, double Clip = 3);

/// <summary>
/// Gradient boosting (Friedman 2001) of symmetric trees on histograms: squared error with residuals clipped at some
/// median deviations, so that a few odd measurements do not bend the trees. The same rows and seed give the same trees.
/// </summary>
public static class Boosting
{
    public static BoostedTrees Fit(FeatureBins bins, byte[][] binned, float[] targets, int[] rows, BoostingOptions options, int seed)
    {
        var random = new Random(seed);
        var start = Median([.. rows.Select(row => targets[row])]);
        var trees = new TreeGrower(bins, binned, rows, options, random);
        var residual = new float[rows.Length];
        for (var i = 0; i < rows.Length; i++)
            residual[i] = targets[rows[i]] - start;
        var clip = 0f;
        for (var tree = 0; tree < options.Trees; tree++)
        {
            if (tree % 50 == 0)
                clip = Clip(residual, options.Clip);
            trees.Grow(residual, clip);
        }

        return trees.Build(start);
    }

    private static float Clip(float[] residual, double deviations)
    {
        var sizes = residual.Select(Math.Abs).ToArray();
        var largest = sizes.Length == 0 ? 0 : sizes.Max();
        return Math.Max(1e-4f, Math.Min(largest, (float)(deviations * 1.4826 * Median(sizes))));
    }

    private static float Median(float[] values)
    {
        Array.Sort(values);
        return values.Length == 0 ? 0 : values[values.Length / 2];
    }
}
