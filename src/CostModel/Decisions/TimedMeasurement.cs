using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.CostModel.Decisions;

/// <summary>A complete measurement with its raw samples and the estimate that follows from them.</summary>
/// <param name="Samples">Seconds a call, in the order in which they were taken.</param>
/// <param name="Time">Median with interval, s.</param>
public sealed record TimedMeasurement(MeasurementRow Row, double[] Samples, Estimate Time, IReadOnlyList<ObservedCaveat> Caveats)
{
    /// <summary>The complete measurements among <paramref name="rows"/> that have samples.</summary>
    public static IReadOnlyList<TimedMeasurement> Load(MeasurementReader reader, IEnumerable<MeasurementRow> rows)
    {
        var timed = new List<TimedMeasurement>();
        foreach (var row in rows.Where(row => row.Complete))
        {
            var samples = reader.Samples(row.Id);
            if (samples.Length > 0)
                timed.Add(new TimedMeasurement(row, samples, MedianInterval.Of(samples), reader.Caveats(row.Id)));
        }

        return timed;
    }
}
