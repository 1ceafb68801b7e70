using SparseProf.CostModel.Decisions;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Measure;

/// <summary>The document of <c>measure --json</c>; field names are a contract.</summary>
internal static class MeasureDocument
{
    public static object Of(RunRow run, IReadOnlyList<TimedMeasurement> measurements, IReadOnlyDictionary<long, Speedup> speedups, IReadOnlyList<AttemptRow> attempts) => new
    {
        Run = new
        {
            run.Id,
            run.Key,
            StartedUtc = run.StartedUtc.ToString("O"),
            EndedUtc = run.EndedUtc?.ToString("O"),
            run.Outcome,
            run.Command,
            run.ProgramVersion,
            run.GitCommit,
            run.HostKey,
            run.HostSystem,
            run.DeviceKind,
            run.DeviceIndex,
            run.DeviceName,
            run.DeviceDriver,
            run.DeviceArchitecture,
            run.DeviceUnits,
            run.DeviceMemoryBytes,
        },
        Measurements = measurements.Select(measured => Measurement(measured, speedups.GetValueOrDefault(measured.Row.Id))),
        Attempts = attempts.Select(attempt => new { attempt.Op, attempt.Kernel, attempt.Status, attempt.Message }),
    };

    private static object Measurement(TimedMeasurement measured, Speedup? speedup)
    {
        var (row, result) = (measured.Row, measured.Result);
        return new
        {
            row.Workload,
            row.Op,
            row.OpKind,
            row.Kernel,
            row.Dtype,
            row.Pattern,
            row.M,
            row.N,
            row.K,
            row.Batch,
            Mode = row.Mode.ToString().ToLowerInvariant(),
            Execution = row.Execution.ToString().ToLowerInvariant(),
            MedianS = measured.Time.Value,
            CiLowS = measured.Time.Low,
            CiHighS = measured.Time.High,
            Samples = measured.Samples.Length,
            row.DenseEquivalentFlops,
            row.NonzeroFlops,
            row.ParametersTotal,
            row.ParametersActive,
            row.ParametersNonzero,
            row.WeightBytes,
            result.PeakMemoryBytes,
            result.PeakMemoryScope,
            result.EnergyJ,
            result.EnergyMissingBecause,
            row.Verified,
            row.MaxRelError,
            result.StopReason,
            SpeedupPromised = speedup?.Promised,
            SpeedupDelivered = speedup?.Delivered.Value,
            SpeedupLow = speedup?.Delivered.Low,
            SpeedupHigh = speedup?.Delivered.High,
            Caveats = measured.Caveats.Select(observed => observed.Caveat.Name),
        };
    }
}
