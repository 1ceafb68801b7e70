using SparseProf.CostModel.Scaling.Fitting;

namespace SparseProf.CostModel.Scaling.Advice;

/// <summary>
/// The run that would tell most about an answer. Over the resamples, a run's predicted loss y and the answer t have a
/// covariance; observing y with the noise σ of the fit leaves Var(t) − Cov(t, y)²/(Var(y) + σ²).
/// </summary>
/// <param name="About">The answer in words.</param>
/// <param name="Shrinkage">How much shorter the answer's interval is expected to become, from 0 to 1.</param>
public sealed record NextRun(string About, double Parameters, double? Tokens, double Sparsity, double Shrinkage)
{
    // Runs up to this multiple of the largest run's compute are proposed.
    private const double Reach = 4;
    private const int MostDraws = 400;

    /// <summary>About the loss of the compute-optimal model at ten times the compute, or at ten times N where D tells nothing.</summary>
    internal static NextRun? ForLargerScale(ScalingFit fit, IReadOnlyList<double[]> draws)
    {
        var range = DataRange.Of(fit.Table);
        var hasTokens = fit.Parameter("beta") is not null && fit.Law.HasTokens;
        if (draws.Count < 20)
            return null;
        return hasTokens
            ? Best(fit, draws, "the loss at ten times the compute", draw => Allocation.Optimal(fit.Law, draw, 10 * range.Compute).Loss)
            : Best(fit, draws, "the loss at ten times the size", draw => fit.Law.Loss(draw, 10 * range.Parameters.High, fit.Table.Rows[0].Tokens ?? 1, 0));
    }

    internal static NextRun? Best(ScalingFit fit, IReadOnlyList<double[]> draws, string about, Func<double[], double> answer)
    {
        var used = draws.Take(MostDraws).ToList();
        var answers = used.Select(answer).ToArray();
        if (answers.Any(value => !double.IsFinite(value)))
            return null;
        var noise = Noise(fit);
        var best = Candidates(fit).Select(run => (Run: run, Shrinkage: ShrinkageOf(answers, used.Select(draw => Math.Log(fit.Law.Loss(draw, run.N, run.D ?? 1, run.S))).ToArray(), noise)))
            .Where(scored => double.IsFinite(scored.Shrinkage)).DefaultIfEmpty().MaxBy(scored => scored.Shrinkage);
        return best.Shrinkage > 0 ? new NextRun(about, best.Run.N, best.Run.D, best.Run.S, best.Shrinkage) : null;
    }

    private static IEnumerable<(double N, double? D, double S)> Candidates(ScalingFit fit)
    {
        const int Steps = 7;
        var range = DataRange.Of(fit.Table);
        var levels = fit.Table.Rows.Select(row => row.Sparsity).Distinct().Order().ToList();
        var sparsities = levels.Count <= 4 ? levels : [levels[0], levels[levels.Count / 3], levels[2 * levels.Count / 3], levels[^1]];
        for (var i = 0; i < Steps; i++)
        {
            var n = range.Parameters.Low * Math.Pow(Reach * range.Parameters.High / range.Parameters.Low, i / (Steps - 1.0));
            foreach (var s in sparsities)
            {
                if (range.Tokens is not { } tokens)
                {
                    yield return (n, null, s);
                    continue;
                }

                for (var k = 0; k < Steps; k++)
                {
                    var d = tokens.Low * Math.Pow(Reach * tokens.High / tokens.Low, k / (Steps - 1.0));
                    if (6 * n * d <= Reach * range.Compute)
                        yield return (n, d, s);
                }
            }
        }
    }

    private static double ShrinkageOf(double[] answers, double[] losses, double noise)
    {
        var (meanT, meanY) = (answers.Average(), losses.Average());
        var (varianceT, varianceY, covariance) = (0.0, 0.0, 0.0);
        for (var i = 0; i < answers.Length; i++)
        {
            var (t, y) = (answers[i] - meanT, losses[i] - meanY);
            varianceT += t * t / answers.Length;
            varianceY += y * y / answers.Length;
            covariance += t * y / answers.Length;
        }

        return 1 - Math.Sqrt(Math.Max(0, 1 - (covariance * covariance / (varianceT * (varianceY + (noise * noise))))));
    }

    /// <summary>Standard deviation of the log residuals by their median size.</summary>
    private static double Noise(ScalingFit fit)
    {
        var sizes = fit.Table.Rows.Select(row => Math.Abs(Math.Log(row.Loss / fit.Law.Loss(fit.Parameters, row)))).Order().ToList();
        return 1.4826 * sizes[sizes.Count / 2];
    }
}
