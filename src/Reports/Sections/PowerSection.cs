using SparseProf.Reports.Charts;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Sections;

/// <summary>Power and clock over the time of the runs.</summary>
internal static class PowerSection
{
    private const string Id = "power";
    private const string Title = "Power and clock over time";
    private const int MostCharts = 6;

    public static Section Build(ReportEvidence evidence)
    {
        if (evidence.Power.Count == 0)
        {
            var because = evidence.Devices.Select(device => device.NoEnergyBecause).FirstOrDefault(reason => reason is not null);
            return Section.Without(Id, Title, because is null ? "The chosen runs hold no power readings." : $"No power was recorded: {because}.");
        }

        var blocks = new List<Block>();
        foreach (var (series, number) in evidence.Power.Take(MostCharts).Select((series, number) => (series, number)))
            blocks.Add(new Block.ChartBlock(PowerChart.Draw(series, $"power-{number + 1}")));
        if (evidence.Power.Count > MostCharts)
            blocks.Add(new Block.Paragraph($"{evidence.Power.Count - MostCharts} further series are not drawn; choose runs with --runs."));
        return new(Id, Title, blocks);
    }
}
