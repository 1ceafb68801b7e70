using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels.Cuda;
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

    /// <summary>Dense time over 2:4 time of one shape, with the guard's words where it is too good.</summary>
    internal sealed record Speedup(string Shape, string Dtype, string Measure, Estimate Value, string? Suspect);

    public static IReadOnlyList<Speedup> TwoFour(MeasurementReader reader, long runId)
    {
        var rows = reader.Measurements(runId).Where(row => row.OpKind == "gemm" && row.Verified).ToList();
        return
        [
            .. from sparse in rows
               where sparse.Kernel == "cusparselt"
               let dense = DenseOf(rows, sparse)
               where dense is not null
               let value = Ratio(MedianInterval.Of(reader.Samples(dense.Id)), MedianInterval.Of(reader.Samples(sparse.Id)))
               select new Speedup($"{dense.M}x{dense.N}x{dense.K}", dense.Dtype, sparse.Regime == Regime.Burst ? "burst" : "sustained", value, GpuPlausibility.JudgeSpeedup(value.Value)?.Evidence),
        ];
    }

    public static IReadOnlyList<Row> Of(MeasurementReader reader, long runId)
    {
        var rows = reader.Measurements(runId).Where(row => row.OpKind == "gemm" && row.Verified).ToList();
        return
        [
            .. from sparse in rows
               where sparse.Execution == Execution.Sparse && sparse.Kernel != "cusparselt"
               group sparse by (sparse.M, sparse.N, sparse.K, sparse.Dtype, sparse.Kernel, sparse.Regime) into format
               let dense = DenseOf(rows, format.First())
               where dense is not null
               from row in Both(format.Key.Regime, [.. format], dense, reader)
               select row,
        ];
    }

    private static IEnumerable<Row> Both(Regime regime, List<MeasurementRow> sparse, MeasurementRow dense, MeasurementReader reader)
    {
        yield return Make(regime == Regime.Burst ? "burst" : "sustained", row => MedianInterval.Of(reader.Samples(row.Id)));
        if (regime == Regime.Sustained && dense.Result?.EnergyJ is not null && sparse.TrueForAll(row => row.Result?.EnergyJ is not null))
            yield return Make("energy", Energy);

        Row Make(string measure, Func<MeasurementRow, Estimate> cost)
        {
            var baseline = cost(dense);
            var speedups = sparse.Select(row => (Density(row), Ratio(baseline, cost(row))));
            return new Row($"{dense.M}x{dense.N}x{dense.K}", dense.Dtype, sparse[0].Kernel, measure, BreakEven.Of(speedups));
        }
    }

    private static MeasurementRow? DenseOf(List<MeasurementRow> rows, MeasurementRow sparse) => rows.Find(row =>
        row.Execution == Execution.Dense && row.M == sparse.M && row.N == sparse.N && row.K == sparse.K && row.Dtype == sparse.Dtype && row.Regime == sparse.Regime && row.Mode == sparse.Mode);

    private static Fraction Density(MeasurementRow row) => SparsityPatternText.Parse(row.Pattern).Density;

    // 95 %: two standard deviations.
    private static Estimate Energy(MeasurementRow row)
    {
        var (value, sigma) = (row.Result!.EnergyJ!.Value, row.Result.EnergySigmaJ ?? 0);
        return new Estimate(value, value - 2 * sigma, value + 2 * sigma, Provenance.Measured);
    }

    // The widest ratio of two intervals: at least their coverage.
    private static Estimate Ratio(Estimate numerator, Estimate denominator) =>
        new(numerator.Value / denominator.Value, numerator.Low / denominator.High, numerator.High / denominator.Low, Provenance.Measured);
}
