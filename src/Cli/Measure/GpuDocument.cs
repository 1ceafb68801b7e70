using SparseProf.Ops.Statistics;
using SparseProf.Store.Rows;
using static SparseProf.Cli.Measure.GpuTables;

namespace SparseProf.Cli.Measure;

/// <summary>The document of <c>measure --gpu --json</c>; field names are a contract.</summary>
internal static class GpuDocument
{
    public static object Of(GpuEvidence evidence, IReadOnlyList<GpuBreakEvens.Speedup> speedups, IReadOnlyList<GpuBreakEvens.Row> breakEvens) => new
    {
        evidence.Run,
        evidence.Calibration,
        Measurements = evidence.Rows.Select(row => Measurement(row, evidence)),
        TwoFourSpeedups = speedups.Select(row => new
        {
            row.Shape,
            row.Dtype,
            Mode = Lower(row.Mode),
            row.Measure,
            Speedup = row.Value.Value,
            SpeedupLow = row.Value.Low,
            SpeedupHigh = row.Value.High,
            SpeedupInCycles = row.InCycles,
            row.Suspect,
        }),
        BreakEvens = breakEvens.Select(BreakEven),
        Mixtures = GpuMixtures.Of(evidence).Select(row => new
        {
            row.Op,
            row.Kernel,
            row.Dtype,
            MedianS = row.Time.Value,
            PermutingShare = row.Permuting,
            row.Imbalance,
            DenseOverExperts = row.OverDense?.Value,
            DenseOverExpertsLow = row.OverDense?.Low,
            DenseOverExpertsHigh = row.OverDense?.High,
        }),
        evidence.Attempts,
    };

    private static object BreakEven(GpuBreakEvens.Row row) => new
    {
        row.Shape,
        row.Dtype,
        row.Kernel,
        Mode = Lower(row.Mode),
        row.Measure,
        Kind = Lower(row.BreakEven.Kind),
        Density = row.BreakEven.Density?.Value,
        DensityLow = row.BreakEven.Density?.Low,
        DensityHigh = row.BreakEven.Density?.High,
    };

    private static object Measurement(MeasurementRow row, GpuEvidence evidence)
    {
        var median = MedianInterval.Of(evidence.Reader.Samples(row.Id));
        var beyondIdle = GpuEnergy.BeyondIdle(row, evidence.Calibration);
        return new
        {
            row.Kernel,
            row.Library,
            row.Algorithm,
            row.Op,
            row.Dtype,
            row.Pattern,
            row.Data,
            row.Workload,
            Execution = Lower(row.Execution),
            Mode = Lower(row.Mode),
            Regime = Lower(row.Regime),
            row.Verified,
            row.MaxRelError,
            MedianS = median.Value,
            MedianLowS = median.Low,
            MedianHighS = median.High,
            row.Result?.SampleCount,
            row.Result?.MedianClockHz,
            CyclesPerCall = row.Result?.MedianClockHz * median.Value,
            row.Result?.MaxTemperatureC,
            PowerW = GpuEnergy.PowerOf(row)?.Value,
            row.Result?.EnergyJ,
            row.Result?.EnergySigmaJ,
            EnergyBeyondIdleJ = beyondIdle?.Value,
            EnergyBeyondIdleLowJ = beyondIdle?.Low,
            EnergyBeyondIdleHighJ = beyondIdle?.High,
            row.Result?.PeakMemoryBytes,
            row.Result?.PeakMemoryScope,
            row.Result?.EnergyDisagreement,
            row.Result?.EnergyWindowS,
            row.Result?.EnergyCalls,
            row.Result?.EnergyMissingBecause,
            row.Result?.WorkspaceBytes,
            row.WeightBytes,
            row.DenseEquivalentFlops,
            row.NonzeroFlops,
            Caveats = (row.Result?.Caveats ?? []).Select(caveat => new { caveat.Caveat.Name, caveat.Evidence }),
        };
    }
}
