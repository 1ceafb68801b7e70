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
            Planted.Dense(1, "dense", 1e-3, 1e-3) with { Caveats = [new ObservedCaveat(Caveat.Noisy, "planted")] },
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
