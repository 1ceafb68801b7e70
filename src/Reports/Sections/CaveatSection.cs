using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Sections;

/// <summary>What was not known: doubts, failures, and what was cut off.</summary>
internal static class CaveatSection
{
    private const string Id = "caveats";
    private const string Title = "Caveats: what was not known";

    public static Section Build(ReportEvidence evidence, IReadOnlyList<Section> others)
    {
        var all = evidence.Measurements.ToList();
        var seen = all.SelectMany(measured => measured.Caveats).GroupBy(observed => observed.Caveat).OrderByDescending(group => group.Count()).ToList();
        var blocks = new List<Block>();
        if (seen.Count > 0)
        {
            blocks.Add(new Block.TableBlock(new(
                "caveats", $"Doubts that the instrument raised, of {all.Count} measurements",
                [Column.Text("caveat", "caveat"), new("count", "measurements"), Column.Text("cause", "cause"), Column.Text("remedy", "remedy")],
                [.. seen.Select(group => new Cell[] { group.Key.Name, group.Count(), group.Key.Cause, group.Key.Remedy })])));
        }
        else if (all.Count > 0)
        {
            blocks.Add(new Block.Paragraph("No measurement carries a doubt."));
        }

        if (evidence.Attempts.Count > 0)
        {
            blocks.Add(new Block.TableBlock(new(
                "attempts", "What could not be measured",
                [Column.Text("kernel", "kernel"), Column.Text("op", "op"), Column.Text("status", "status"), Column.Text("message", "message")],
                [.. evidence.Attempts.Select(attempt => new Cell[] { attempt.Kernel, attempt.Op, attempt.Status, attempt.Message })])));
        }

        var gaps = others.Where(section => section.Missing is not null).Select(section => $"{section.Title}: {section.Missing}").ToList();
        if (evidence.Interrupted > 0)
            gaps.Add($"{Plural.Of(evidence.Interrupted, "measurement")} {(evidence.Interrupted == 1 ? "was" : "were")} cut off and left out.");
        if (all.Count(measured => measured.Thinned) is > 0 and var thinned)
            gaps.Add($"{Plural.Of(thinned, "measurement")} {(thinned == 1 ? "has" : "have")} more than {CostModel.Decisions.TimedMeasurement.MostSamples:N0} samples: every k-th was read, and the statistics follow from those.");
        gaps.Add("Measured times are of these devices, versions and settings; another driver, library or clock is another measurement.");
        blocks.Add(new Block.Points(gaps));
        return new(Id, Title, blocks);
    }
}
