using System.Diagnostics;
using SparseProf.CostModel.Scaling.Advice;
using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Diagnostics;
using SparseProf.CostModel.Scaling.Fitting;
using SparseProf.CostModel.Scaling.Laws;
using SparseProf.CostModel.Statistics;

namespace SparseProf.CostModel.Scaling;

/// <summary>What to fit and how.</summary>
/// <param name="Law">A law's name, or <c>auto</c>.</param>
public sealed record ScalingRequest(string Law, Estimator Estimator, int Resamples = 4000, long Seed = 0, bool HoldOutLargest = false)
{
    /// <summary>Whether b may be negative.</summary>
    public bool NegativeSparsityTerm { get; init; }

    /// <summary>Row numbers of each resample; null to draw them by the seed.</summary>
    public IReadOnlyList<int[]>? Draws { get; init; }
}

/// <summary>A parameter with its 95 % percentile interval and standard error over the resamples; NaN without resamples.</summary>
public sealed record ParameterEstimate(string Name, double Value, double Low, double High, double StandardError);

/// <summary>A fit with everything that says how far it can be trusted.</summary>
/// <param name="Fit">Null where a comparison abstained.</param>
/// <param name="Draws">Parameters of each resample, in the order of the law's names.</param>
/// <param name="Unbounded">The same law with b free, where that fits better with b &lt; 0.</param>
public sealed record ScalingAnalysis(
    ScalingRequest Request,
    ScalingFit? Fit,
    IReadOnlyList<double[]> Draws,
    IReadOnlyList<ParameterEstimate> Parameters,
    Identifiability? Identifiability,
    HoldOut? HoldOut,
    LawComparison? Comparison,
    Unbounded? Unbounded,
    NextRun? NextRun,
    double ElapsedSeconds)
{
    public static ScalingAnalysis Run(LossTable table, ScalingRequest request)
    {
        var started = Stopwatch.GetTimestamp();
        var comparison = request.Law == "auto" ? LawComparison.Run(table, request.Estimator, request.Seed) : null;
        var law = comparison is null ? ScalingLaws.Find(request.Law) : comparison.Chosen?.Fit.Law;
        if (law is null)
            return new(request, null, [], [], null, null, comparison, null, null, Stopwatch.GetElapsedTime(started).TotalSeconds);

        var fitter = new ScalingFitter(law, table, request.Estimator, request.NegativeSparsityTerm);
        var fit = fitter.Fit();
        var draws = request.Draws is { } given
            ? CaseBootstrap.Run(fitter, given)
            : CaseBootstrap.Run(fitter, table.Rows.Count, request.Resamples, request.Seed);
        var holdOut = request.HoldOutLargest || comparison is not null
            ? HoldOut.Largest(law, table, request.Estimator, request.NegativeSparsityTerm)
            : null;
        return new(
            request,
            fit,
            draws,
            [.. law.ParameterNames.Select((name, i) => Estimate(name, fit.Parameters[i], draws, i))],
            Identifiability.Of(fit, draws),
            holdOut,
            comparison,
            request.NegativeSparsityTerm ? null : Unbounded.Of(fit, table, request),
            NextRun.ForLargerScale(fit, draws),
            Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private static ParameterEstimate Estimate(string name, double value, double[][] draws, int index)
    {
        var drawn = draws.Select(draw => draw[index]).Where(other => !double.IsNaN(other)).ToArray();
        if (drawn.Length < 2)
            return new(name, value, double.NaN, double.NaN, double.NaN);
        var mean = drawn.Average();
        var (low, high) = Quantile.Interval(drawn);
        return new(name, value, low, high, Math.Sqrt(drawn.Sum(other => (other - mean) * (other - mean)) / (drawn.Length - 1)));
    }
}

/// <summary>What b ≥ 0 costs: the fit with b free has b &lt; 0, so f(S) falls below zero on the way to S = 1.</summary>
public sealed record Unbounded(double ObjectiveSum, double Coefficient, HoldOut? HoldOut)
{
    internal static Unbounded? Of(ScalingFit fit, LossTable table, ScalingRequest request)
    {
        if (fit.Parameter("b") is null || !fit.Law.HasSparsity || fit.Law.Convention != ParameterConvention.Unstated)
            return null;
        var free = new ScalingFitter(fit.Law, table, request.Estimator, negativeSparsityTerm: true).Fit();
        return free.Parameter("b") is < 0 and var b && free.ObjectiveSum < fit.ObjectiveSum * (1 - 1e-6)
            ? new(free.ObjectiveSum, b, request.HoldOutLargest ? HoldOut.Largest(fit.Law, table, request.Estimator, negativeSparsityTerm: true) : null)
            : null;
    }
}
