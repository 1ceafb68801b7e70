using SparseProf.Ops;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Decisions;

/// <summary>What leaving out work promised, and what it delivered.</summary>
/// <param name="Baseline">The fastest dense measurement of the same work on the same kind of data; of those that were verified, where any was.</param>
/// <param name="Promised">FLOPs of the baseline over nonzero FLOPs; null where FLOPs are not counted.</param>
/// <param name="Delivered">Time of the baseline over time.</param>
public sealed record Speedup(TimedMeasurement Baseline, double? Promised, Estimate Delivered)
{
    /// <summary>Whether the interval allows to say that it is faster or slower than its baseline.</summary>
    public Verdict Verdict => Verdicts.Of(new Estimate(1 / Delivered.Value, 1 / Delivered.High, 1 / Delivered.Low, Delivered.Provenance, Delivered.Coverage));
}

/// <summary>Finds each measurement's dense baseline and compares.</summary>
public static class Speedups
{
    // The dense model that mixtures stand in for; what follows the name is the size (-small, -w256), and the same for both.
    private const string DenseTransformer = "dense-transformer";

    private static readonly string[] s_mixtures = ["switch-moe-iso", "switch-moe"];

    private const int LeastBlocks = 6;

    private const int MostBlocks = 16;

    /// <summary>Speedups by measurement id; a measurement that is its own baseline, or has none, is absent.</summary>
    public static IReadOnlyDictionary<long, Speedup> Of(IReadOnlyList<TimedMeasurement> measurements)
    {
        var speedups = new Dictionary<long, Speedup>();
        var baselines = measurements.Where(IsDense).GroupBy(WorkOf).ToDictionary(group => group.Key, group => group.MinBy(measured => (!measured.Row.Verified, measured.Time.Value))!);
        foreach (var measured in measurements)
        {
            if (baselines.TryGetValue(BaselineWorkOf(measured, measurements), out var baseline) && baseline != measured)
                speedups[measured.Row.Id] = new Speedup(baseline, Promised(baseline, measured), Delivered(baseline, measured));
        }

        return speedups;
    }

    /// <summary>
    /// Time of <paramref name="baseline"/> over time of <paramref name="measured"/>. Samples that were taken in turns are
    /// compared block by block, so that drift strikes both alike; others as independent medians.
    /// </summary>
    public static Estimate Delivered(TimedMeasurement baseline, TimedMeasurement measured)
    {
        var inTurns = baseline.Row.RunId == measured.Row.RunId && WorkOf(baseline) == WorkOf(measured);
        var blocks = Math.Min(MostBlocks, Math.Min(baseline.Samples.Length, measured.Samples.Length));
        if (inTurns && blocks >= LeastBlocks)
            return BlockRatio.Of(BlockMedians(baseline.Samples, blocks), BlockMedians(measured.Samples, blocks));
        var value = baseline.Time.Value / measured.Time.Value;
        var (low, high) = (LogDistance(baseline.Time, toLow: true, measured.Time), LogDistance(baseline.Time, toLow: false, measured.Time));
        return new Estimate(value, value * Math.Exp(-low), value * Math.Exp(high), Provenance.Measured);
    }

    private static bool IsDense(TimedMeasurement measured) => measured.Row.Execution == Execution.Dense;

    // Kernels of one op share everything but the pattern; a model's executions share the model. Data count: zeros draw less
    // power, so a product of them runs at a higher clock.
    private static string WorkOf(TimedMeasurement measured)
    {
        var row = measured.Row;
        var what = row.OpKind == "model" ? row.Op : row.Op[..^row.Pattern.Length];
        return $"{what}|{row.Mode}|{row.Regime}|{row.Threads}|{row.Data}";
    }

    private static string BaselineWorkOf(TimedMeasurement measured, IReadOnlyList<TimedMeasurement> all)
    {
        var row = measured.Row;
        var counterpart = measured.IsMixture ? DenseCounterpart(row.Workload) : null;
        var dense = counterpart is null ? null : all.FirstOrDefault(other => other.Row.Workload == counterpart && other.Row.Batch == row.Batch && other.Row.Threads == row.Threads);
        return WorkOf(dense ?? measured);
    }

    private static string? DenseCounterpart(string? mixture) =>
        s_mixtures.FirstOrDefault(name => mixture?.StartsWith(name, StringComparison.Ordinal) == true) is { } known ? DenseTransformer + mixture![known.Length..] : null;

    private static double? Promised(TimedMeasurement baseline, TimedMeasurement measured) =>
        measured.Row.NonzeroFlops > 0 ? baseline.Row.DenseEquivalentFlops / measured.Row.NonzeroFlops : null;

    // Both sides were sampled evenly over the same stretch of time, so equal shares of it are the same moments.
    private static double[] BlockMedians(double[] samples, int blocks) =>
        [.. Enumerable.Range(0, blocks).Select(block => OrderStatistics.Median(samples.AsSpan((block * samples.Length / blocks)..((block + 1) * samples.Length / blocks))))];

    // Half-widths of independent medians add up in squares, in logarithms because it is a ratio.
    private static double LogDistance(Estimate numerator, bool toLow, Estimate denominator)
    {
        var first = Math.Log(toLow ? numerator.Value / numerator.Low : numerator.High / numerator.Value);
        var second = Math.Log(toLow ? denominator.High / denominator.Value : denominator.Value / denominator.Low);
        return Math.Sqrt(first * first + second * second);
    }
}
