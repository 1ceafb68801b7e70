using SparseProf.Reports.Document;
using SparseProf.Testing;

namespace SparseProf.Reports.Tests.Sections;

public class RoutingSectionTests
{
    private static readonly string[] s_layers = ["layer2", "layer10"];

    [Fact]
    public void Expert_load_is_relative_to_an_even_share_and_the_newest_seed_stands_for_its_training()
    {
        using var planted = TemporaryDatabase.Planted(10, 0);
        foreach (var seed in new[] { 0, 1 })
        {
            SyntheticTraining.Write(planted.Path, SyntheticTraining.Case("switch-moe", seed: seed, config: """{"router":{"load_balancing":0}}"""), 0.5,
                Enumerable.Range(1, 10).SelectMany(step => Enumerable.Range(0, 4).Select(expert => ($"expert_load.0.{expert}", (long)step, expert == 2 ? 0.7 : 0.1)).Append(("load_imbalance", step, 2.8))));
        }

        var charts = Charts(planted.Report());

        var load = Assert.Single(charts, chart => chart.Id.StartsWith("expert-load", StringComparison.Ordinal));
        Assert.Contains("no balancing loss", load.Title);
        Assert.All(load.Rows, row => Assert.Equal((int)row["expert"]! == 3 ? 2.8 : 0.4, (double)row["load"]!, 1e-6));
        Assert.Single(charts.Single(chart => chart.Id == "router-balance").Rows.Select(row => (string)row["training"]!).Distinct());
    }

    [Fact]
    public void Masks_are_drawn_layer_by_layer_in_the_order_of_the_model()
    {
        using var planted = TemporaryDatabase.Planted(10, 0);
        SyntheticTraining.Write(planted.Path, SyntheticTraining.Case("sparse-cnn-dst", "rigl", "csr@0.1"), 0.5, s_layers.SelectMany(Masks));

        var charts = Charts(planted.Report());

        Assert.Equal(s_layers, charts.Single(chart => chart.Id == "layer-density").Rows.Select(row => (string)row["layer"]!));
        var map = charts.Single(chart => chart.Id == "sparsity-map-1");
        Assert.Equal(2 * 4 * 4, map.Rows.Count);
        Assert.Equal(["layer2, 10 %", "layer10, 10 %"], map.Rows.Select(row => (string)row["layer"]!).Distinct());
        Assert.Equal(2 * 10, charts.Single(chart => chart.Id == "in-degree-1").Rows.Count);
        Assert.Equal(0.25, (double)Assert.Single(charts.Single(chart => chart.Id == "mask-turnover").Rows)["turnover"]!);
    }

    private static IEnumerable<(string, long, double)> Masks(string layer) =>
        Enumerable.Range(0, 16).Select(i => ($"map.{layer}.{i / 4}.{i % 4}", 10L, 0.1))
            .Concat(Enumerable.Range(0, 10).Select(bin => ($"in_degree.{layer}.{bin}", 10L, bin == 1 ? 1.0 : 0)))
            .Append(($"layer_density.{layer}", 10, 0.1)).Concat(layer == "layer2" ? [("mask_turnover", 5, 0.25)] : []);

    private static List<Chart> Charts(ReportDocument report) => [.. report.Sections.Single(section => section.Id == "experts").Blocks.OfType<Block.ChartBlock>().Select(block => block.Chart)];
}
