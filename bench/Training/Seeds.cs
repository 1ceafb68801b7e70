using System.Globalization;
using SparseProf.Ops.Statistics;
using SparseProf.Workloads.Training;

namespace SparseProf.TrainingBench;

/// <summary>The same over several seeds.</summary>
internal static class Seeds
{
    /// <summary>How many; --seeds.</summary>
    public static int Count { get; set; } = 5;

    /// <summary>The plan once with each seed.</summary>
    public static IEnumerable<TrainingPlan> Each(TrainingPlan plan) => Enumerable.Range(0, Count).Select(seed => plan with { Seed = seed });

    /// <summary>Mean and half the 95 % interval of one value a seed.</summary>
    public static (double Mean, double Half) Mean(IReadOnlyList<double> values)
    {
        var interval = MeanInterval.Of([.. values]);
        return (interval.Value, (interval.High - interval.Low) / 2);
    }

    public static string Text(IReadOnlyList<double> values, string format = "0.00", string unit = "")
    {
        var (mean, half) = Mean(values);
        return string.Create(CultureInfo.InvariantCulture, $"{mean.ToString(format, CultureInfo.InvariantCulture)}{unit} (±{half.ToString(format, CultureInfo.InvariantCulture)})");
    }
}
