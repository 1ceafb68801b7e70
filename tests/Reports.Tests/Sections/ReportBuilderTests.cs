using SparseProf.CostModel.Decisions;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Statistics;
using SparseProf.Reports.Document;
using SparseProf.Store;
using SparseProf.Testing;

namespace SparseProf.Reports.Tests.Sections;

public class ReportBuilderTests
{
    private static readonly string[] s_order =
    [
        "decision", "compared", "speedups", "break-even", "roofline", "models", "power", "accelerators", "cost", "scaling", "accuracy", "experts", "caveats", "method", "glossary", "tables",
    ];

    [Fact]
    public void The_sections_stand_in_one_order_whatever_is_missing()
    {
        using var empty = TemporaryDatabase.Empty();

        Assert.Equal(s_order, TemporaryDatabase.WholeReport.Sections.Select(section => section.Id));
        Assert.Equal(s_order, empty.Report().Sections.Select(section => section.Id));
    }

    [Fact]
    public void A_section_without_data_says_so_in_one_line_and_the_caveats_repeat_it()
    {
        using var empty = TemporaryDatabase.Empty();

        var report = empty.Report();

        Assert.All(report.Sections.Where(section => section.Missing is not null), section =>
        {
            Assert.Empty(section.Blocks);
            Assert.DoesNotContain('\n', section.Missing!);
        });
        var gaps = report.Sections.Single(section => section.Id == "caveats").Blocks.OfType<Block.Points>().Single().Items;
        Assert.Contains(gaps, gap => gap.StartsWith("Roofline: ", StringComparison.Ordinal));
    }

    [Fact]
    public void An_empty_store_decides_nothing_and_says_how_to_measure()
    {
        using var empty = TemporaryDatabase.Empty();

        var answer = Answer(empty.Report());

        Assert.Equal(Tone.Open, answer.Tone);
        Assert.Equal("Nothing can be decided yet.", answer.Headline);
        Assert.Contains(answer.Lines, line => line.Text.Contains("'sparseprof measure'", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_speedup_of_the_report_follows_from_the_raw_samples_of_the_store()
    {
        using var planted = TemporaryDatabase.Planted();
        using var reader = MeasurementReader.Open(planted.Path);
        var rows = reader.Measurements().ToDictionary(row => row.Id);

        var table = planted.Report().Tables.Single(table => table.Id == "kernels");
        var (id, time, speedup) = (Place(table, "measurement"), Place(table, "time"), Place(table, "speedup"));
        Assert.Equal(40, table.Rows.Count);
        foreach (var line in table.Rows)
        {
            var row = rows[(long)line[id].Number!.Value];
            var samples = reader.Samples(row.Id);
            Assert.Equal(OrderStatistics.Median(samples), line[time].Estimate!.Value.Value);
            if (line[speedup].Estimate is not { } delivered)
                continue;
            var dense = rows.Values.Single(other => other.OpKind == "gemm" && other.Pattern == "dense" && (other.M, other.N, other.K) == (row.M, row.N, row.K));
            var expected = OrderStatistics.Median(reader.Samples(dense.Id)) / OrderStatistics.Median(samples);
            Assert.InRange(delivered.Value / expected, 0.99, 1.01);
            Assert.True(delivered.Low <= delivered.Value && delivered.Value <= delivered.High);
        }
    }

    [Fact]
    public void Break_evens_of_the_report_are_those_of_the_cost_model()
    {
        using var planted = TemporaryDatabase.Planted();
        using var reader = MeasurementReader.Open(planted.Path);
        var measurements = TimedMeasurement.Load(reader, reader.Measurements());
        var expected = MeasuredBreakEven.Of(measurements, Speedups.Of(measurements));

        var table = planted.Report().Tables.Single(table => table.Id == "break-evens");

        Assert.Equal(
            expected.Select(format => format.BreakEven.Density is { } density ? 1 - density.Value : (double?)null),
            table.Rows.Select(row => row[Place(table, "break_even_sparsity")].Estimate?.Value));
    }

    [Fact]
    public void Only_the_chosen_runs_count()
    {
        using var planted = TemporaryDatabase.Planted();
        SyntheticStore.Write(planted.Path, 10, 0, device: "Another device");

        Assert.Equal("Another device", planted.Report(2).Subtitle);
        Assert.Equal("Synthetic device; Another device", planted.Report().Subtitle);
    }

    [Fact]
    public void A_run_that_does_not_exist_is_refused_with_those_that_do()
    {
        using var planted = TemporaryDatabase.Planted(10, 0);

        var refused = Assert.Throws<UserErrorException>(() => planted.Report(9));

        Assert.Equal("the database has no run 9", refused.Message);
        Assert.Equal("1", refused.Allowed);
    }

    [Fact]
    public void Power_is_thinned_to_its_means_without_losing_the_extremes()
    {
        using var planted = TemporaryDatabase.Planted(10, 5000);
        using var reader = MeasurementReader.Open(planted.Path);
        var readings = reader.Power(1).SelectMany(chunk => chunk.PowerW).ToList();

        var chart = planted.Report().Charts.Single(chart => chart.Id == "power-1");

        Assert.InRange(chart.Rows.Count, 300, 400);
        Assert.Equal(readings.Max(), chart.Rows.Max(row => (double)row["power_high"]!), 0.01);
        Assert.Equal(readings.Min(), chart.Rows.Min(row => (double)row["power_low"]!), 0.01);
    }

    [Fact]
    public void Every_chart_has_a_reading_an_alternative_and_data()
    {
        Assert.All(TemporaryDatabase.WholeReport.Charts, chart =>
        {
            Assert.NotEmpty(chart.Rows);
            Assert.NotEmpty(chart.Reading);
            Assert.NotEmpty(chart.Alternative);
        });
    }

    private static Block.Answer Answer(ReportDocument report) => report.Sections[0].Blocks.OfType<Block.Answer>().Single();

    private static int Place(Table table, string column) => table.Columns.Select((candidate, i) => (candidate.Name, i)).Single(entry => entry.Name == column).i;
}
