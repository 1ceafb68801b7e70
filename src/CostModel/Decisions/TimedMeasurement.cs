using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.CostModel.Decisions;

/// <summary>A complete measurement with its raw samples and the estimate that follows from them.</summary>
/// <param name="Samples">Seconds a call, in the order in which they were taken; of more than <see cref="MostSamples"/> every k-th.</param>
/// <param name="Time">Median with interval, s.</param>
public sealed record TimedMeasurement(MeasurementRow Row, MeasurementResult Result, double[] Samples, Estimate Time)
{
    /// <summary>What one measurement may weigh in memory and time; only sustained ones take more samples.</summary>
    public const int MostSamples = 10_000;

    /// <summary>Whether not all raw samples were read.</summary>
    public bool Thinned => Result.SampleCount > Samples.Length;

    /// <summary>Whether it is of a model of which one token uses a part.</summary>
    public bool IsMixture => Row.OpKind == "model" && Row.ParametersActive < Row.ParametersTotal;

    public IReadOnlyList<ObservedCaveat> Caveats => Result.Caveats;

    /// <summary>The complete measurements among <paramref name="rows"/> that have samples.</summary>
    public static IReadOnlyList<TimedMeasurement> Load(MeasurementReader reader, IEnumerable<MeasurementRow> rows)
    {
        var read = rows.Where(row => row.Complete).Select(row => (Row: row, Samples: reader.SamplesAtMost(row.Id, MostSamples))).Where(one => one.Samples.Length > 0).ToList();
        return [.. read.AsParallel().AsOrdered().Select(one => new TimedMeasurement(one.Row, one.Row.Result!, one.Samples, MedianInterval.Of(one.Samples)))];
    }
}
