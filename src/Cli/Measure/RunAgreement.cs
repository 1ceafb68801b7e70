using SparseProf.Ops.Statistics;
using SparseProf.Profiler.Workers;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Measure;

/// <summary>Whether medians of cases that an earlier run on the same device measured too are the same.</summary>
internal static class RunAgreement
{
    private const double Same = 0.02;
    private const double LeastShare = 0.9;

    /// <summary>Judged where neither run has a caveat, told where one has; nothing where no case was measured twice.</summary>
    public static IEnumerable<Verdict> Of(MeasurementReader reader, RunRow run, IReadOnlyList<MeasurementRow> rows)
    {
        var before = reader.Runs().Where(other => other.Id < run.Id && other.DeviceKey == run.DeviceKey).SelectMany(other => reader.Measurements(other.Id)).ToLookup(StoredCases.KeyOf);
        var clean = Differences(rows.Where(IsClean), IsClean);
        var judged = clean.Select(pair => pair.Row).ToHashSet();
        var doubted = Differences(rows.Where(row => !judged.Contains(row)), _ => true);
        if (clean.Count > 0)
            yield return new Verdict($"medians within {Same:P0} of an earlier run, cases without caveats", Text(clean), $"at least {LeastShare:P0}", Share(clean) >= LeastShare);
        if (doubted.Count > 0)
            yield return new Verdict($"medians within {Same:P0} of an earlier run, cases with caveats", Text(doubted), "told, not judged", null);

        List<(MeasurementRow Row, double Difference)> Differences(IEnumerable<MeasurementRow> among, Func<MeasurementRow, bool> counts) =>
        [
            .. from row in among
               let earlier = before[StoredCases.KeyOf(row)].LastOrDefault(other => other.RunId < row.RunId && counts(other))
               where earlier is not null
               select (row, Math.Abs(MedianOf(row) / MedianOf(earlier) - 1)),
        ];

        double MedianOf(MeasurementRow row) => OrderStatistics.Median(reader.Samples(row.Id));
    }

    private static bool IsClean(MeasurementRow row) => row.Result is { Caveats.Count: 0 };

    private static double Share(List<(MeasurementRow Row, double Difference)> compared) => compared.Count(pair => pair.Difference <= Same) / (double)compared.Count;

    private static string Text(List<(MeasurementRow Row, double Difference)> compared) => $"{Share(compared):P0} of {compared.Count}";
}
