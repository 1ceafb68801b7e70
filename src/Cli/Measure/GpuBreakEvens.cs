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
/// limit allows (sustained), and in energy. For 2:4, whose density is fixed, the speedup by the same three measures.
/// </summary>
internal static class GpuBreakEvens
{
    private const string BeyondIdle = "energy beyond idle";

    /// <summary>One format on one shape by one measure.</summary>
    /// <param name="Mode">cold, hot or graph.</param>
    /// <param name="Measure">burst, sustained, energy, or energy beyond idle.</param>
    internal sealed record Row(string Shape, string Dtype, string Kernel, TimingMode Mode, string Measure, BreakEven BreakEven);

    /// <summary>Dense over 2:4 of one shape in time or energy, with the guard's words where it is too good.</summary>
    /// <param name="InCycles">The same in cycles; null for energy and where a clock is unknown.</param>
    internal sealed record Speedup(string Shape, string Dtype, TimingMode Mode, string Measure, Estimate Value, double? InCycles, string? Suspect);

    public static IReadOnlyList<Speedup> TwoFour(GpuEvidence evidence)
    {
        var rows = Products(evidence);
        return
        [
            .. from sparse in rows
               where sparse.Kernel == "cusparselt"
               let dense = DenseOf(evidence.Reader, rows, sparse)
               where dense is not null
               from speedup in Speedups(evidence, dense, sparse)
               select speedup,
        ];
    }

    public static IReadOnlyList<Row> Of(GpuEvidence evidence)
    {
        var rows = Products(evidence);
        return
        [
            .. from sparse in rows
               where sparse.Execution == Execution.Sparse && sparse.Kernel != "cusparselt"
               group sparse by (sparse.M, sparse.N, sparse.K, sparse.Dtype, sparse.Kernel, sparse.Mode, sparse.Regime) into format
               let dense = DenseOf(evidence.Reader, rows, format.First())
               where dense is not null
               from row in Each([.. format], dense, evidence)
               select row,
        ];
    }

    private static List<MeasurementRow> Products(GpuEvidence evidence) =>
        evidence.Rows.Where(row => row is { OpKind: "gemm", Verified: true, Data: "normal" }).ToList();

    private static IEnumerable<Speedup> Speedups(GpuEvidence evidence, MeasurementRow dense, MeasurementRow sparse)
    {
        var times = GpuRatios.Times(evidence.Reader, dense, sparse);
        yield return new Speedup(Shape(dense), dense.Dtype, dense.Mode, Name(sparse.Regime), times, GpuRatios.Cycles(times, dense, sparse), GpuPlausibility.JudgeSpeedup(times.Value)?.Evidence);
        if (GpuRatios.Energies(dense, sparse) is { } energies)
            yield return new Speedup(Shape(dense), dense.Dtype, dense.Mode, "energy", energies, null, Warmth(dense, sparse));
        if (GpuRatios.EnergiesBeyondIdle(dense, sparse, evidence.Calibration) is { } beyond)
            yield return new Speedup(Shape(dense), dense.Dtype, dense.Mode, BeyondIdle, beyond, null, Warmth(dense, sparse));
    }

    private static string? Warmth(MeasurementRow dense, MeasurementRow sparse) =>
        new[] { sparse, dense }.SelectMany(row => row.Result?.Caveats ?? []).FirstOrDefault(caveat => caveat.Caveat == Caveat.TemperatureDiffers)?.Evidence;

    private static IEnumerable<Row> Each(List<MeasurementRow> sparse, MeasurementRow dense, GpuEvidence evidence)
    {
        yield return Make(Name(dense.Regime), row => GpuRatios.Times(evidence.Reader, dense, row));
        if (sparse.TrueForAll(row => GpuRatios.Energies(dense, row) is not null))
            yield return Make("energy", row => GpuRatios.Energies(dense, row)!.Value);
        if (sparse.TrueForAll(row => GpuRatios.EnergiesBeyondIdle(dense, row, evidence.Calibration) is not null))
            yield return Make(BeyondIdle, row => GpuRatios.EnergiesBeyondIdle(dense, row, evidence.Calibration)!.Value);

        Row Make(string measure, Func<MeasurementRow, Estimate> speedup) =>
            new(Shape(dense), dense.Dtype, sparse[0].Kernel, dense.Mode, measure, BreakEven.Of(sparse.Select(row => (Density(row), speedup(row)))));
    }

    // Where a shape was measured dense more than once, the one that was measured in turns with the sparse one.
    private static MeasurementRow? DenseOf(MeasurementReader reader, List<MeasurementRow> rows, MeasurementRow sparse) => rows
        .Where(row => row.Execution == Execution.Dense && row.M == sparse.M && row.N == sparse.N && row.K == sparse.K && row.Dtype == sparse.Dtype && row.Regime == sparse.Regime && row.Mode == sparse.Mode)
        .MaxBy(row => GpuRatios.InTurns(reader, row, sparse));

    private static string Shape(MeasurementRow row) => $"{row.M}x{row.N}x{row.K}";

    private static string Name(Regime regime) => regime == Regime.Burst ? "burst" : "sustained";

    private static Fraction Density(MeasurementRow row) => SparsityPatternText.Parse(row.Pattern).Density;
}
