using SparseProf.CostModel.Decisions;
using SparseProf.Reports.Charts;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Sections;

/// <summary>From which sparsity on a format pays.</summary>
internal static class BreakEvenSection
{
    private const string Id = "break-even";
    private const string Title = "Break-even sparsities";

    public static Section Build(ReportEvidence evidence)
    {
        var blocks = new List<Block>();
        foreach (var device in evidence.Devices)
        {
            var formats = MeasuredBreakEven.Of(device.Measurements, device.Speedups);
            if (formats.Count == 0)
                continue;
            var suffix = evidence.Devices.Count == 1 ? "" : $"-{device.Run.Id}";
            if (suffix.Length > 0)
                blocks.Add(new Block.Heading(device.Name));
            foreach (var chart in new[] { BreakEvenCharts.Bands(formats), BreakEvenCharts.Lines(formats), BreakEvenCharts.Map([.. device.Kernels], device.Speedups) }.OfType<Chart>())
                blocks.Add(new Block.ChartBlock(chart with { Id = chart.Id + suffix }));
            blocks.Add(new Block.TableBlock(Table(formats, suffix)));
        }

        return blocks.Count == 0
            ? Section.Without(Id, Title, "No shape was measured at two densities of one format, so no crossing can be found.")
            : new(Id, Title, blocks);
    }

    private static Table Table(IReadOnlyList<MeasuredBreakEven> formats, string suffix) => new(
        "break-evens" + suffix, "Break-even sparsity: the sparsity above which the format is faster than the best dense kernel",
        [Column.Text("op", "op"), Column.Text("shape", "m×n×k"), Column.Text("format", "format"), Column.Text("kernel", "kernel"), Column.Text("caches", "caches"), Column.Text("measure", "by"), new("break_even_sparsity", "break-even", Quantity.Share), Column.Text("finding", "finding")],
        [
            .. formats.Select(format => new Cell[]
            {
                format.First.Row.OpKind, format.Shape, format.Format, format.First.Row.Kernel, format.First.Row.Mode.ToString().ToLowerInvariant(), format.Measure,
                format.BreakEven.Density is { } density ? density with { Value = 1 - density.Value, Low = 1 - density.High, High = 1 - density.Low } : Cell.Empty,
                Finding(format),
            }),
        ]);

    private static string Finding(MeasuredBreakEven format) => format.BreakEven.Kind switch
    {
        BreakEvenKind.Found => "interpolated between measured densities",
        BreakEvenKind.AlwaysFaster => $"faster at every sparsity measured, from {QuantityText.Of(1 - format.Family[0].Density.Value, Quantity.Share)}",
        BreakEvenKind.NeverFaster => $"slower at every sparsity measured, up to {QuantityText.Of(1 - format.Family[^1].Density.Value, Quantity.Share)}",
        _ => "not measured",
    };
}
