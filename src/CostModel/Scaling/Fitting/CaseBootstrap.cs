using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Scaling.Fitting;

/// <summary>
/// Case bootstrap (Efron 1979): refits to rows drawn with replacement. Rows are drawn, not residuals, because residuals of
/// small and large models spread differently. A resample depends on seed and number alone, so threads change nothing.
/// </summary>
public static class CaseBootstrap
{
    /// <summary>Parameters of each resample, in the order of the law's names.</summary>
    public static double[][] Run(ScalingFitter fitter, int rows, int resamples, long seed) => Run(fitter, resamples, (resample, weights) =>
    {
        var random = new SplitMix64(seed, resample);
        for (var draw = 0; draw < rows; draw++)
            weights[random.NextIndex(rows)]++;
    });

    /// <summary>The same with given draws: row numbers, one array a resample.</summary>
    public static double[][] Run(ScalingFitter fitter, IReadOnlyList<int[]> draws) => Run(fitter, draws.Count, (resample, weights) =>
    {
        foreach (var row in draws[resample])
            weights[row]++;
    });

    private delegate void Draw(int resample, Span<double> weights);

    private static double[][] Run(ScalingFitter fitter, int resamples, Draw draw)
    {
        var found = new double[resamples][];
        Parallel.For(0, resamples, fitter.CreateRefitter, (resample, _, refitter) =>
        {
            refitter.Weights.Clear();
            draw(resample, refitter.Weights);
            found[resample] = refitter.Fit();
            return refitter;
        }, _ => { });
        return found;
    }
}
