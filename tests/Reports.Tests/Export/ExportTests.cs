using System.Text.Json.Nodes;
using SparseProf.Ops.Statistics;
using SparseProf.Reports.Document;
using SparseProf.Reports.Export;

namespace SparseProf.Reports.Tests.Export;

public class ExportTests
{
    private static readonly Table s_table = new(
        "t", "Caption", [Column.Text("name", "Name"), new("time_s", "Time", Quantity.Time)],
        [["a,b", new Estimate(0.1, 0.09, 0.11, Provenance.Measured)], ["=x", 0.25]]);

    [Fact]
    public void Csv_has_si_units_and_a_column_for_each_end_of_an_interval() =>
        Assert.Equal("name,time_s,time_s_low,time_s_high\r\n\"a,b\",0.1,0.09,0.11\r\n'=x,0.25,,\r\n", CsvExport.Write(s_table));

    [Fact]
    public void Markdown_reads_as_a_summary()
    {
        var report = new ReportDocument("Title", "Device", new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero), "1.2.3", "x.db",
            [new("decision", "Decision", [new Block.Answer("Yes.", Tone.Good, [("Why", "Because.")]), new Block.TableBlock(s_table), new Block.Points(["one", "two"])]), Section.Without("caveats", "Caveats", "None."), new("method", "Method", [])]);

        Assert.Equal(
            """
            ## Title

            Device. 4 March 2026, SparseProf 1.2.3.

            ### Decision

            **Yes.**

            - **Why:** Because.

            | Name | Time |
            | --- | ---: |
            | a,b | 100 ms (90.0 – 110) |
            | =x | 250 ms |

            - one
            - two

            ### Caveats

            None.

            """, MarkdownExport.Write(report));
    }

    [Fact]
    public void Json_carries_estimates_with_interval_coverage_and_provenance()
    {
        var document = JsonNode.Parse(JsonExport.Write(TemporaryDatabase.WholeReport))!;

        var kernels = document["sections"]!.AsArray().Single(section => (string)section!["id"]! == "tables")!["tables"]![0]!["rows"]!.AsArray();
        Assert.Equal(40, kernels.Count);
        Assert.All(kernels, row =>
        {
            Assert.InRange((double)row!["time"]!["low"]!, 0, (double)row["time"]!["value"]!);
            Assert.Equal("measured", (string)row["time"]!["provenance"]!);
        });
    }

    [Fact]
    public void A_trace_has_a_slice_for_each_measurement_and_counters_for_power()
    {
        using var planted = TemporaryDatabase.Planted(20, 100);

        var events = JsonNode.Parse(ChromeTrace.Write(planted.Path, null))!["traceEvents"]!.AsArray();

        Assert.Equal(23, events.Count(entry => (string)entry!["ph"]! == "X"));
        Assert.Equal(200, events.Count(entry => (string)entry!["ph"]! == "C"));
    }
}
