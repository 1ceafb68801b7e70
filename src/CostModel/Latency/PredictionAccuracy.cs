using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Latency;

/// <summary>How well kernels were predicted that are measured too. Errors are shares of the measured time.</summary>
/// <param name="Group">A family of kernels, or what bounds them on the data sheet's roofline.</param>
/// <param name="Bias">Median of predicted over measured.</param>
/// <param name="Covered">Share of the measured times within the prediction's interval.</param>
public sealed record PredictionAccuracy(string Group, int Rows, double MeanError, double MedianError, double Bias, double Covered)
{
    // Less than this on the roofline, and what a launch takes counts most.
    private const double LaunchBoundSeconds = 5e-6;

    /// <summary>By family, by what bounds, and over all; empty where no row with a latency was predicted. Anchors, which are answered as measured, do not count.</summary>
    public static IReadOnlyList<PredictionAccuracy> Of(KernelTable table, IReadOnlyList<LatencyPrediction> predictions, Hardware.HardwareProfile profile)
    {
        var pairs = table.Rows.Zip(predictions).Where(pair => pair.First.Seconds is not null && pair.Second.Seconds.Provenance != Provenance.Measured)
            .Select(pair => (pair.First.Call, Bound: Bound(pair.First, profile), Measured: pair.First.Seconds!.Value, Predicted: pair.Second.Seconds)).ToList();
        return pairs.Count == 0
            ? []
            : [.. pairs.GroupBy(pair => pair.Call.Family).Concat(pairs.GroupBy(pair => pair.Bound).OrderBy(group => group.Key)).Select(group => Of(group.Key, [.. group.Select(pair => (pair.Measured, pair.Predicted))])),
                Of("all", [.. pairs.Select(pair => (pair.Measured, pair.Predicted))])];
    }

    private static PredictionAccuracy Of(string group, IReadOnlyList<(double Measured, Estimate Predicted)> pairs)
    {
        var errors = pairs.Select(pair => Math.Abs(pair.Predicted.Value / pair.Measured - 1)).ToArray();
        return new(
            group, pairs.Count, errors.Average(), OrderStatistics.Median(errors), OrderStatistics.Median(pairs.Select(pair => pair.Predicted.Value / pair.Measured).ToArray()),
            (double)pairs.Count(pair => pair.Measured >= pair.Predicted.Low && pair.Measured <= pair.Predicted.High) / pairs.Count);
    }

    private static string Bound(KernelRow row, Hardware.HardwareProfile profile)
    {
        var work = Work.Of(row.Call);
        var device = profile.Figures(row.Call, row.Seconds is { } seconds ? work.Flops / seconds : null);
        var (compute, memory) = (work.Flops / device.Peak, work.Bytes / device.Bandwidth);
        return Math.Max(compute, memory) < LaunchBoundSeconds ? "bound by launch" : compute > memory ? "bound by compute" : "bound by memory";
    }
}
