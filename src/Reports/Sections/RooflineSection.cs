using SparseProf.Reports.Charts;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Sections;

/// <summary>Every measured kernel under the ceilings of its device.</summary>
internal static class RooflineSection
{
    private const string Id = "roofline";
    private const string Title = "Roofline";

    public static Section Build(ReportEvidence evidence)
    {
        var blocks = new List<Block>();
        foreach (var device in evidence.Devices)
        {
            if (RooflineChart.Observed(device) is { } ceilings)
                blocks.Add(new Block.ChartBlock(RooflineChart.Draw(device, ceilings, evidence.Devices.Count == 1 ? "roofline" : $"roofline-{device.Run.Id}")));
        }

        if (blocks.Count == 0)
            return Section.Without(Id, Title, "No verified kernel with counted FLOPs and traffic was measured.");
        blocks.Add(new Block.Paragraph("The ceilings are the highest rate and the highest traffic that this database holds for the device, caches included, not its data sheet: they bound what was seen, not what is possible."));
        return new(Id, Title, blocks);
    }
}
