using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Workers;
using SparseProf.Profiler.Workers.Calibration;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Measure;

/// <summary>
/// Energy of a call, in all and beyond what the board draws with its clock up and nothing to do. What rest draws moves with
/// the temperature: half of the difference between the run's beginning and end counts as uncertainty.
/// </summary>
internal static class GpuEnergy
{
    // 95 %: two standard deviations.
    private const double Deviations = 2;

    /// <summary>Watts of the idle board at full clock with one standard deviation; null where the run could not measure it.</summary>
    public static (double Power, double Sigma)? Idle(IReadOnlyDictionary<string, double> calibration)
    {
        if (!calibration.TryGetValue(PowerCalibration.ActiveIdleName, out var power))
            return null;
        var sigma = calibration.GetValueOrDefault(PowerCalibration.ActiveIdleName + PowerCalibration.Sigma);
        return calibration.TryGetValue(PowerCalibration.ActiveIdleName + PowerCalibration.AtEnd, out var after)
            ? ((power + after) / 2, Math.Max(sigma, Math.Abs(after - power) / 2))
            : (power, sigma);
    }

    /// <summary>Of one call; null where it has no energy.</summary>
    public static Estimate? Total(MeasurementRow row) =>
        row.Result?.EnergyJ is { } energy ? Around(energy, row.Result.EnergySigmaJ ?? 0) : null;

    /// <summary>Of one call beyond rest; null where either is unknown.</summary>
    public static Estimate? BeyondIdle(MeasurementRow row, IReadOnlyDictionary<string, double> calibration)
    {
        if (row.Result is not { EnergyJ: { } energy, EnergyCalls: > 0 and { } calls, EnergyWindowS: { } window } || Idle(calibration) is not { } idle)
            return null;
        var time = window / calls;
        var (own, rest) = (row.Result.EnergySigmaJ ?? 0, idle.Sigma * time);
        return Around(energy - idle.Power * time, Math.Sqrt(own * own + rest * rest));
    }

    /// <summary>Over the window of the case's energy.</summary>
    public static Watts? PowerOf(MeasurementRow row) =>
        row.Result is { EnergyJ: { } energy, EnergyCalls: { } calls, EnergyWindowS: > 0 and { } window } ? new Watts(energy * calls / window) : null;

    public static string Text(Estimate? energy) =>
        energy is { } found ? $"{new Joules(found.Value)} ± {(found.High - found.Value) / Math.Abs(found.Value):P1}" : "";

    private static Estimate Around(double value, double sigma) => new(value, value - Deviations * sigma, value + Deviations * sigma, Provenance.Measured);
}
