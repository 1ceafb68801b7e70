using SparseProf.Cli.Output;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Measure;

/// <summary>Layers of experts beside what permuting their tokens takes alone, and beside the dense layer that computes as much.</summary>
internal static class GpuMixtures
{
    /// <param name="Permuting">Of the whole layer, the time that gathering and combining take alone; null where it was not measured.</param>
    /// <param name="OverDense">Time of the dense layer ÷ time; null where it was not measured in turns with it.</param>
    internal sealed record Row(string Op, string Kernel, string Dtype, Seconds Time, double? Permuting, double? Imbalance, Estimate? OverDense);

    public static IReadOnlyList<Row> Of(GpuEvidence evidence)
    {
        var rows = evidence.Rows.Where(row => row.OpKind is "moe_ffn" or "permute" && row.Verified).ToList();
        return
        [
            .. from layer in rows
               where layer is { OpKind: "moe_ffn", Execution: Execution.Sparse }
               let together = rows.Where(row => GpuRatios.InTurns(evidence.Reader, layer, row)).ToList()
               let permuting = together.Find(row => row.OpKind == "permute" && RoutingOf(row.Op) == RoutingOf(layer.Op))
               let dense = together.Find(row => row is { OpKind: "moe_ffn", Execution: Execution.Dense })
               let time = MedianOf(evidence.Reader, layer)
               select new Row(
                   layer.Op, layer.Kernel, layer.Dtype, new Seconds(time), permuting is null ? null : MedianOf(evidence.Reader, permuting) / time, ImbalanceOf(layer.Algorithm),
                   dense is null ? null : GpuRatios.Times(evidence.Reader, dense, layer)),
        ];
    }

    public static void Write(GpuEvidence evidence, TextWriter output)
    {
        var rows = Of(evidence);
        if (rows.Count == 0)
            return;
        output.WriteLine("experts; permuting (gathering tokens, combining results) is part of the time; dense: one layer with as many FLOPs:");
        var table = new TextTable().Text("layer", "kernel").Numbers("median", "of it permuting", "busiest ÷ mean", "dense ÷ experts", "95 % interval");
        foreach (var row in rows)
        {
            table.Row(
                row.Op, row.Kernel, row.Time.ToString(), row.Permuting is { } share ? $"{share:P0}" : "", row.Imbalance is { } imbalance ? $"{imbalance:0.00}" : "",
                row.OverDense is { } ratio ? $"{ratio.Value:0.00}" : "", row.OverDense is { } within ? $"{within.Low:0.00} to {within.High:0.00}" : "");
        }

        table.Write(output);
    }

    private static double MedianOf(MeasurementReader reader, MeasurementRow row) => OrderStatistics.Median(reader.Samples(row.Id));

    // A plan may compare several loads at once; texts of ops are a contract.
    private static string RoutingOf(string op) => string.Join(' ', op.Split(' ').Where(word =>
        word.StartsWith("tokens=", StringComparison.Ordinal) || word.StartsWith("width=", StringComparison.Ordinal) || word.StartsWith("experts=", StringComparison.Ordinal)
        || word.StartsWith("top_k=", StringComparison.Ordinal) || word.StartsWith("load=", StringComparison.Ordinal)));

    private static double? ImbalanceOf(string? algorithm)
    {
        const string Loads = "tokens_per_expert=";
        if (algorithm?.Split(' ').FirstOrDefault(word => word.StartsWith(Loads, StringComparison.Ordinal)) is not { } word)
            return null;
        var loads = word[Loads.Length..].Split('/').Select(double.Parse).ToList();
        return loads.Max() / loads.Average();
    }
}
