using SparseProf.CostModel.Decisions;
using SparseProf.Store.Rows;

namespace SparseProf.Reports.Evidence;

/// <summary>What was measured on one device: the newest measurement of every case, over all chosen runs.</summary>
/// <param name="Run">The newest run.</param>
public sealed record DeviceEvidence(
    RunRow Run, IReadOnlyList<RunRow> Runs, IReadOnlyList<LibraryRow> Libraries, IReadOnlyList<TimedMeasurement> Measurements, IReadOnlyDictionary<long, Speedup> Speedups)
{
    public string Name => Run.DeviceKind == "cpu" ? $"{Run.DeviceName}, {Run.DeviceUnits} threads" : Run.DeviceName;

    public IEnumerable<TimedMeasurement> Models => Measurements.Where(measured => measured.Row.OpKind == "model");

    public IEnumerable<TimedMeasurement> Kernels => Measurements.Where(measured => measured.Row.OpKind != "model");

    /// <summary>Why there is no energy, where none was measured.</summary>
    public string? NoEnergyBecause => Measurements.Any(measured => measured.Result.EnergyJ is not null)
        ? null
        : Measurements.Select(measured => measured.Result.EnergyMissingBecause).FirstOrDefault(because => because is not null) ?? "the run did not record it";
}
