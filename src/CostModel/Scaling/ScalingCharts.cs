using SparseProf.CostModel.Scaling.Advice;
using SparseProf.CostModel.Scaling.Fitting;

namespace SparseProf.CostModel.Scaling;

/// <summary>One line of a chart.</summary>
public sealed record ChartSeries(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Plain data of the scaling charts, for a report to draw.</summary>
public static class ScalingCharts
{
    /// <summary>Observed loss against N, one series a sparsity.</summary>
    public static IReadOnlyList<ChartSeries> Observed(ScalingFit fit) =>
        [.. BySparsity(fit, row => (row.Parameters, row.Loss))];

    /// <summary>Fitted loss against N at the table's median D, one series a sparsity.</summary>
    public static IReadOnlyList<ChartSeries> Fitted(ScalingFit fit, int points = 40)
    {
        var range = DataRange.Of(fit.Table).Parameters;
        var tokens = fit.Table.Rows.Select(row => row.Tokens ?? 1).Order().ElementAt(fit.Table.Rows.Count / 2);
        return [.. fit.Table.Rows.Select(row => row.Sparsity).Distinct().Order().Select(s => new ChartSeries(
            Name(s),
            [.. Enumerable.Range(0, points).Select(i => range.Low * Math.Pow(range.High / range.Low, i / (points - 1.0))).Select(n => (n, fit.Law.Loss(fit.Parameters, n, tokens, s)))]))];
    }

    /// <summary>Relative residuals, (L − L̂)/L̂, against N, one series a sparsity.</summary>
    public static IReadOnlyList<ChartSeries> Residuals(ScalingFit fit) =>
        [.. BySparsity(fit, row => (row.Parameters, (row.Loss / fit.Law.Loss(fit.Parameters, row)) - 1))];

    /// <summary>Loss against N at fixed compute, one series a budget in FLOP.</summary>
    public static IReadOnlyList<ChartSeries> IsoFlop(SavedFit fit, IEnumerable<double> budgets, double sparsity = 0) =>
        [.. budgets.Select(budget => new ChartSeries(
            $"{budget:0.##e+0} FLOP",
            [.. Allocation.IsoFlop(fit.Law, fit.Parameters, budget, sparsity).Select(point => (point.Parameters, point.Loss))]))];

    /// <summary>The cost h(S) and the score f(S)·g(S)^α along the measured curve.</summary>
    public static IReadOnlyList<ChartSeries> Sparsity(SparsityAdvice advice) =>
    [
        new("relative cost", [.. advice.Curve.Select(point => (point.Sparsity, point.Cost))]),
        new("score relative to dense", [.. advice.Curve.Select(point => (point.Sparsity, point.Score))]),
    ];

    private static IEnumerable<ChartSeries> BySparsity(ScalingFit fit, Func<Data.LossRow, (double X, double Y)> of) =>
        fit.Table.Rows.GroupBy(row => row.Sparsity).OrderBy(group => group.Key)
            .Select(group => new ChartSeries(Name(group.Key), [.. group.OrderBy(row => row.Parameters).Select(of)]));

    private static string Name(double sparsity) => $"S = {sparsity:0.####}";
}
