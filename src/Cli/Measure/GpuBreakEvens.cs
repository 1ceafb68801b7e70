using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Measure;

/// <summary>
/// Three break-even densities a shape and format, because they differ: at full clock (burst), at the clock that the power
/// limit allows (sustained), and in energy.
/// </summary>
internal static class GpuBreakEvens
{
    /// <summary>One format on one shape by one measure.</summary>
    /// <param name="Measure">burst, sustained or energy.</param>
    internal sealed record Row(string Shape, string Dtype, string Kernel, string Measure, BreakEven BreakEven);

    public static IReadOnlyList<Row> Of(MeasurementReader reader, long runId)
    {
        var rows = reader.Measurements(runId).Where(row => row.OpKind == "gemm" && row.Verified).ToList();
        return
        [
            .. from sparse in rows
               where sparse.Execution == Execution.Sparse
               group sparse by (sparse.M, sparse.N, sparse.K, sparse.Dtype, sparse.Kernel, sparse.Regime) into format
               let dense = rows.Find(row => row.Execution == Execution.Dense && row.M == format.Key.M && row.N == format.Key.N && row.K == format.Key.K && row.Dtype == format.Key.Dtype && row.Regime == format.Key.Regime)
               where dense is not null
               from row in Both(format.Key.Regime, [.. format], dense, reader)
               select row,
        ];
    }

    private static IEnumerable<Row> Both(Regime regime, List<MeasurementRow> sparse, MeasurementRow dense, MeasurementReader reader)
    {
        yield return Make(regime == Regime.Burst ? "burst" : "sustained", row => MedianInterval.Of(reader.Samples(row.Id)));
        if (regime == Regime.Sustained && dense.EnergyJ is not null && sparse.TrueForAll(row => row.EnergyJ is not null))
            yield return Make("energy", Energy);

        Row Make(string measure, Func<MeasurementRow, Estimate> cost)
        {
            var baseline = cost(dense);
            var speedups = sparse.Select(row => (Density(row), Ratio(baseline, cost(row))));
            return new Row($"{dense.M}x{dense.N}x{dense.K}", dense.Dtype, sparse[0].Kernel, measure, BreakEven.Of(speedups));
        }
    }

    private static Fraction Density(MeasurementRow row) => SparsityPatternText.Parse(row.Pattern).Density;

    // 95 %: two standard deviations.
    private static Estimate Energy(MeasurementRow row)
    {
        var (value, sigma) = (row.EnergyJ!.Value, row.EnergySigmaJ ?? 0);
        return new Estimate(value, value - 2 * sigma, value + 2 * sigma, Provenance.Measured);
    }

    // The widest ratio of two intervals: at least their coverage.
    private static Estimate Ratio(Estimate numerator, Estimate denominator) =>
        new(numerator.Value / denominator.Value, numerator.Low / denominator.High, numerator.High / denominator.Low, Provenance.Measured);
}
