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
        // Blocks of different runs have nothing in common but their numbers.
        var shared = numerator.RunId == denominator.RunId ? over.Keys.Where(under.ContainsKey).Order().ToList() : [];
        return shared.Count >= FewestBlocks
            ? BlockRatio.Of([.. shared.Select(block => over[block])], [.. shared.Select(block => under[block])])
            : Of(MedianInterval.Of(reader.Samples(numerator.Id)), MedianInterval.Of(reader.Samples(denominator.Id)));
    }

    /// <summary>Whether two measurements were taken in turns.</summary>
    public static bool InTurns(MeasurementReader reader, MeasurementRow one, MeasurementRow other) =>
        one.RunId == other.RunId && reader.Samples(one.Id, SampleKind.Block) is [var first, ..] && reader.Samples(other.Id, SampleKind.Block).Contains(first);

    /// <summary>Energy of one call of the first ÷ of the second; null where one has none.</summary>
    public static Estimate? Energies(MeasurementRow numerator, MeasurementRow denominator) =>
        GpuEnergy.Total(numerator) is { } over && GpuEnergy.Total(denominator) is { } under ? Of(over, under) : null;

    /// <summary>The same beyond what the board draws at rest; null also where that is not known, or where one side hardly exceeds it.</summary>
    public static Estimate? EnergiesBeyondIdle(MeasurementRow numerator, MeasurementRow denominator, IReadOnlyDictionary<string, double> calibration) =>
        GpuEnergy.BeyondIdle(numerator, calibration) is { Low: > 0 } over && GpuEnergy.BeyondIdle(denominator, calibration) is { Low: > 0 } under ? Of(over, under) : null;

    /// <summary>The ratio of times in cycles, free of what the power limit did to the clock; null where a clock is unknown.</summary>
    public static double? Cycles(Estimate times, MeasurementRow numerator, MeasurementRow denominator) =>
        numerator.Result?.MedianClockHz is { } over && denominator.Result?.MedianClockHz is > 0 and { } under ? times.Value * over / under : null;

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
