using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.CostModel.Decisions;

/// <summary>A complete measurement with its raw samples and the estimate that follows from them.</summary>
/// <param name="Samples">Seconds a call, in the order in which they were taken.</param>
/// <param name="Time">Median with interval, s.</param>
public sealed record TimedMeasurement(MeasurementRow Row, MeasurementResult Result, double[] Samples, Estimate Time)
{
    public IReadOnlyList<ObservedCaveat> Caveats => Result.Caveats;

    /// <summary>The complete measurements among <paramref name="rows"/> that have samples.</summary>
    public static IReadOnlyList<TimedMeasurement> Load(MeasurementReader reader, IEnumerable<MeasurementRow> rows)
    {
        var timed = new List<TimedMeasurement>();
        foreach (var row in rows)
        {
            var samples = row.Complete ? reader.Samples(row.Id) : [];
            if (samples.Length > 0)
                timed.Add(new TimedMeasurement(row, row.Result!, samples, MedianInterval.Of(samples)));
        }

        return timed;
    }
}
