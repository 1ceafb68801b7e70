using SparseProf.CostModel.Decisions;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Sections;

/// <summary>Every measured kernel.</summary>
internal static class TablesSection
{
    private const string Id = "tables";
    private const string Title = "Full tables";

    public static Section Build(ReportEvidence evidence)
    {
        var blocks = evidence.Devices.Where(device => device.Kernels.Any())
            .Select(device => (Block)new Block.TableBlock(WithoutConstants(Kernels(device, evidence.Devices.Count == 1 ? "kernels" : $"kernels-{device.Run.Id}")))).ToList();
        return blocks.Count == 0
            ? Section.Without(Id, Title, "No kernel was measured; the models' table stands in their section.")
            : new(Id, Title, blocks);
    }

    /// <summary>A column that says the same everywhere goes to the caption.</summary>
    private static Table WithoutConstants(Table table)
    {
        var constant = Enumerable.Range(0, table.Columns.Count).Where(i => table.Columns[i].Name is "dtype" or "regime" && table.Rows.Select(row => row[i].Text).Distinct().Count() == 1).ToList();
        if (constant.Count == 0)
            return table;
        var kept = Enumerable.Range(0, table.Columns.Count).Except(constant).ToList();
        return table with
        {
            Caption = $"{table.Caption}; {string.Join(", ", constant.Select(i => table.Rows[0][i].Text))}",
            Columns = [.. kept.Select(i => table.Columns[i])],
            Rows = [.. table.Rows.Select(row => (IReadOnlyList<Cell>)[.. kept.Select(i => row[i])])],
        };
    }

    private static Table Kernels(DeviceEvidence device, string id) => new(
        id, $"Kernels on {device.Name}",
        [
            new("measurement", "no."), Column.Text("op", "op"), Column.Text("shape", "m×n×k"), Column.Text("pattern", "pattern"), Column.Text("kernel", "kernel"), Column.Text("dtype", "dtype"), Column.Text("mode", "caches"), Column.Text("regime", "regime"),
            new("time", "time", Quantity.Time), new("dense_equivalent_flops_per_s", "dense-eq. rate", Quantity.Rate), new("promised", "promised", Quantity.Ratio), new("speedup", "delivered", Quantity.Ratio), new("energy_j", "energy", Quantity.Energy), Column.Text("caveats", "caveats"),
        ],
        [.. device.Kernels.Select(measured => Row(measured, device.Speedups.GetValueOrDefault(measured.Row.Id)))])
    {
        Dense = true,
    };

    private static Cell[] Row(TimedMeasurement measured, Speedup? speedup)
    {
        var row = measured.Row;
        return
        [
            row.Id, row.OpKind, row.M is null ? "" : $"{row.M}×{row.N}×{row.K}", row.Pattern, row.Kernel, row.Dtype, row.Mode.ToString().ToLowerInvariant(), row.Regime.ToString().ToLowerInvariant(),
            measured.Time, row.DenseEquivalentFlops is > 0 and var work ? work / measured.Time.Value : Cell.Empty,
            speedup?.Promised, speedup is null ? row.Execution == Ops.Execution.Dense ? "baseline" : "" : speedup.Delivered, ModelSection.Energy(measured),
            string.Join(", ", measured.Caveats.Select(observed => observed.Caveat.Name)),
        ];
    }
}
