using SparseProf.Ops.Statistics;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Measure;

/// <summary>Ratios of two stored measurements.</summary>
internal static class GpuRatios
{
    // The signed-rank test reaches 95 % from six pairs on.
    private const int FewestBlocks = 6;

    /// <summary>Time of the first ÷ time of the second: from the blocks of their comparison where they were measured in turns, else from both intervals.</summary>
    public static Estimate Times(MeasurementReader reader, MeasurementRow numerator, MeasurementRow denominator)
    {
        var (over, under) = (BlockMedians(reader, numerator), BlockMedians(reader, denominator));
        var shared = over.Keys.Where(under.ContainsKey).Order().ToList();
        return shared.Count >= FewestBlocks
            ? BlockRatio.Of([.. shared.Select(block => over[block])], [.. shared.Select(block => under[block])])
            : Of(MedianInterval.Of(reader.Samples(numerator.Id)), MedianInterval.Of(reader.Samples(denominator.Id)));
    }

    /// <summary>Energy of one call of the first ÷ of the second; null where one has none.</summary>
    public static Estimate? Energies(MeasurementRow numerator, MeasurementRow denominator) =>
        Energy(numerator) is { } over && Energy(denominator) is { } under ? Of(over, under) : null;

    /// <summary>The ratio of times in cycles, free of what the power limit did to the clock; null where a clock is unknown.</summary>
    public static double? Cycles(Estimate times, MeasurementRow numerator, MeasurementRow denominator) =>
        numerator.Result?.MedianClockHz is { } over && denominator.Result?.MedianClockHz is > 0 and { } under ? times.Value * over / under : null;

    // 95 %: two standard deviations.
    private static Estimate? Energy(MeasurementRow row) => row.Result?.EnergyJ is { } value
        ? new Estimate(value, value - 2 * (row.Result?.EnergySigmaJ ?? 0), value + 2 * (row.Result?.EnergySigmaJ ?? 0), Provenance.Measured)
        : null;

    // The widest ratio of two intervals: at least their coverage.
    private static Estimate Of(Estimate numerator, Estimate denominator) =>
        new(numerator.Value / denominator.Value, numerator.Low / denominator.High, numerator.High / denominator.Low, Provenance.Measured);

    private static Dictionary<long, double> BlockMedians(MeasurementReader reader, MeasurementRow row)
    {
        var (times, blocks) = (reader.Samples(row.Id), reader.Samples(row.Id, SampleKind.Block));
        return times.Length != blocks.Length
            ? []
            : times.Zip(blocks).GroupBy(sample => (long)sample.Second, sample => sample.First).ToDictionary(block => block.Key, block => OrderStatistics.Median([.. block]));
    }
}
