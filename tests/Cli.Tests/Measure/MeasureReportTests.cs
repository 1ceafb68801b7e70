using SparseProf.Cli.Measure;
using SparseProf.CostModel.Decisions;
using SparseProf.CostModel.Tests.Decisions;
using SparseProf.Ops;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Tests.Measure;

public class MeasureReportTests
{
    [Theory]
    [InlineData(0.2e-3, 0.9e-3, "below 50 %")]
    [InlineData(1.1e-3, 2e-3, "above 90 %")]
    public void A_format_on_one_side_of_one_has_a_bound_in_place_of_a_break_even(double sparsest, double densest, string shown) =>
        Assert.Contains(shown, Text(BreakEvenTable.Write, Planted.Dense(1, "dense", 1e-3), Planted.Sparse(2, 0.1, sparsest), Planted.Sparse(3, 0.5, densest)));

    [Fact]
    public void Tables_read_as_planned()
    {
        var run = new[]
        {
            Planted.Model(1, "pruned-cnn", "best-dense", Execution.Dense, 1, 10e-3, 10.1e-3, 9.9e-3, 10e-3, 10.2e-3, 9.8e-3),
            Planted.Model(2, "pruned-cnn", "sparse", Execution.Sparse, 0.25, 4e-3, 4.1e-3, 3.9e-3, 4e-3, 4.2e-3, 3.8e-3),
            Planted.Dense(3, "torch.linear", 4e-3, 4.1e-3, 3.9e-3, 4e-3, 4.2e-3, 3.8e-3),
            Planted.Sparse(4, 0.1, 0.5e-3, 0.52e-3, 0.48e-3, 0.5e-3, 0.51e-3, 0.49e-3),
            Planted.Sparse(5, 0.5, 5e-3, 5.1e-3, 4.9e-3, 5e-3, 5.2e-3, 4.8e-3).Doubted(Caveat.Noisy),
        };

        Assert.Equal(
            """
            Models: one forward pass; promised = FLOPs of the best dense execution ÷ nonzero FLOPs, delivered = its time ÷ time
              model        weights    execution       time       ±   promised   delivered   95 % interval   parameters   nonzero     stored   peak memory   caveats
            ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
              pruned-cnn   dense      best-dense   10.0 ms   2.0 %               baseline                       2.00 M    2.00 M   7.63 MiB
              pruned-cnn   csr@0.25   sparse       4.00 ms   5.0 %      4.00×       2.50×     2.43 – 2.58       2.00 M     500 K   7.63 MiB
            """,
            Text(ModelTable.Write, run));
        Assert.Equal(
            """
            Kernels: dense-equivalent rate; speedup against the best dense kernel of the same shape
              op     m×n×k          pattern   kernel         caches      time       ±   dense-equivalent   promised    speedup   95 % interval   caveats
            ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
              gemm   128×3072×768   dense     torch.linear   hot      4.00 ms   5.0 %        151 GFLOP/s              baseline
              gemm   128×3072×768   csr@0.1   csr            hot       500 µs   4.0 %       1.21 TFLOP/s     10.00×      8.00×     7.76 – 8.24
              gemm   128×3072×768   csr@0.5   csr            hot      5.00 ms   4.0 %        121 GFLOP/s      2.00×      0.80×     0.79 – 0.81   noisy
            """,
            Text(KernelTable.Write, run));
        Assert.Equal(
            """
            Break-even: the sparsity above which the format is faster than the best dense kernel
              op     m×n×k          format   kernel   caches   break-even sparsity         95 % band
            ──────────────────────────────────────────────────────────────────────────────────────────
              gemm   128×3072×768   csr      csr      hot                   57.2 %   56.9 % – 57.6 %
            """,
            Text(BreakEvenTable.Write, run));
    }

    [Fact]
    public void A_table_without_rows_is_left_out()
    {
        Assert.Empty(Text(ModelTable.Write, Planted.Dense(1, "dense", 1e-3)));
        Assert.Empty(Text(KernelTable.Write, Planted.Model(1, "dense-cnn", "torch", Execution.Dense, 1, 1e-3)));
        Assert.Empty(Text(BreakEvenTable.Write, Planted.Dense(1, "dense", 1e-3), Planted.Sparse(2, 0.1, 1e-3)));
    }

    [Fact]
    public void The_report_names_the_machine_the_doubts_the_failures_and_the_next_step()
    {
        var report = Report(
            PlantedRun.Completed with { Outcome = "interrupted" },
            Planted.Dense(1, "dense", 1e-3, 1e-3).Doubted(Caveat.Noisy),
            Planted.Model(2, "dense-cnn", "torch", Execution.Dense, 1, 1e-3));

        Assert.StartsWith("Some CPU, 2 threads, avx512, 8.00 GiB; run 7 interrupted\n", report, StringComparison.Ordinal);
        Assert.Contains($"\n  noisy (1 of 2): {Caveat.Noisy.Cause}; {Caveat.Noisy.Remedy}\n", report);
        Assert.Contains("\nnot measured: torch on softmax rows=8: wrong_result, relative error 2e-1 is above the tolerance 1e-3\n", report);
        Assert.Contains("\nenergy: not measured, no counter\n", report);
        Assert.Contains("\n2 measurements, 3 samples in some.db\n", report);
        Assert.EndsWith("next: the same command with --resume goes on where this run stopped\n", report, StringComparison.Ordinal);
        Assert.DoesNotContain("--resume", Report(PlantedRun.Completed));
    }

    private static string Report(RunRow run, params TimedMeasurement[] measurements)
    {
        var output = new StringWriter { NewLine = "\n" };
        MeasureReport.Write(run, measurements, Speedups.Of(measurements), [PlantedRun.WrongResult], "some.db", output);
        return output.ToString();
    }

    private static string Text(
        Action<IReadOnlyList<TimedMeasurement>, IReadOnlyDictionary<long, Speedup>, TextWriter> write, params TimedMeasurement[] measurements)
    {
        var output = new StringWriter { NewLine = "\n" };
        write(measurements, Speedups.Of(measurements), output);
        return output.ToString().Trim('\n');
    }
}
