using SparseProf.Profiler.Workers;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Measure;

/// <summary>
/// What a GPU run's tables are made of: what it measured and, where it went on from earlier runs with the same GPU, driver
/// and libraries, what they had measured of its cases.
/// </summary>
internal sealed class GpuEvidence
{
    private GpuEvidence(MeasurementReader reader, RunRow run) => (Reader, Run) = (reader, run);

    public MeasurementReader Reader { get; }

    public RunRow Run { get; }

    /// <summary>Runs that the rows come from, the oldest first.</summary>
    public required IReadOnlyList<long> Runs { get; init; }

    /// <summary>Of each case what the newest run that has it measured: more than once where two comparisons share a rival.</summary>
    public required IReadOnlyList<MeasurementRow> Rows { get; init; }

    /// <summary>Of cases that none of the runs could measure, the newest of each.</summary>
    public required IReadOnlyList<AttemptRow> Attempts { get; init; }

    public required IReadOnlyDictionary<string, double> Calibration { get; init; }

    /// <param name="asked">Cases of the run where it went on from earlier ones; null where it stands alone.</param>
    public static GpuEvidence Of(MeasurementReader reader, long runId, IReadOnlySet<string>? asked)
    {
        var run = reader.Run(runId);
        long[] runs = asked is null ? [runId] : [.. StoredCases.Runs(reader, run, reader.Libraries(runId)).Where(id => id < runId).Order(), runId];
        var rows = runs.SelectMany(id => reader.Measurements(id)).Where(row => row.RunId == runId || asked!.Contains(StoredCases.KeyOf(row)))
            .GroupBy(StoredCases.KeyOf).SelectMany(same => same.Where(row => row.RunId == same.Last().RunId)).OrderBy(row => row.Id).ToList();
        var measured = rows.Select(row => (row.Op, row.Kernel)).ToHashSet();
        return new GpuEvidence(reader, run)
        {
            Runs = runs,
            Rows = rows,
            Attempts = [.. runs.SelectMany(id => reader.Attempts(id)).GroupBy(attempt => attempt.CaseKey).Select(same => same.Last()).Where(attempt => !measured.Contains((attempt.Op, attempt.Kernel)))],
            Calibration = runs.SelectMany(id => reader.Calibration(id)).GroupBy(pair => pair.Key).ToDictionary(same => same.Key, same => same.Last().Value),
        };
    }
}
