using SparseProf.Cli.Output;
using SparseProf.Ops.Units;
using SparseProf.Workloads.Evaluation;

namespace SparseProf.Cli.Reproduce;

/// <summary>The paper's table III: best accuracies, with its words for cost replaced by measured ratios to the dense model.</summary>
internal static class Table3
{
    public static void Write(ReproduceRequest request, IReadOnlyList<ReproducedModel> models, string device, TextWriter output)
    {
        ReproduceHeading.Write("Table III: best accuracy, and cost over that of the dense model of the same data", request, models, device, output);
        var table = new TextTable().Text("model", "from", "data set").Numbers("best accuracy %", "FLOPs", "memory of weights", "time");
        foreach (var paper in Paper.Table3)
        {
            if (models.FirstOrDefault(model => model.Planned.Name.StartsWith(paper.Workload, StringComparison.Ordinal)) is not { } model)
                continue;
            table.Row(paper.Model, "paper", paper.DataSet, paper.MaxAccuracyPercent, paper.Flops, paper.Memory, paper.InferenceTime);
            var dense = models.FirstOrDefault(other => !other.Planned.IsSparse && other.Planned.Data.Name == model.Planned.Data.Name);
            var accuracies = model.BySeed(EvaluationFigures.Accuracy);
            table.Row(
                model.Planned.Name, "here", model.Planned.Data.Name,
                accuracies.Length == 0 ? ReproduceCells.Nothing : $"{accuracies.Max() * 100:0.0}",
                Ratio(model.Graph.NonzeroFlops.Value, dense?.Graph.NonzeroFlops.Value),
                Ratio(model.Inference?.Row.WeightBytes, dense?.Inference?.Row.WeightBytes),
                $"{(model.Inference is { } inference ? new Seconds(inference.Time.Value).ToString() : ReproduceCells.Nothing)}, {Ratio(model.Inference?.Time.Value, dense?.Inference?.Time.Value)}");
        }

        table.Write(output);
        output.WriteLine($"  the best of {request.Seeds} seeds says more of their number than of the model: table2 has means with intervals");
    }

    private static string Ratio(double? value, double? dense) => value is null || dense is null ? ReproduceCells.Nothing : $"{value / dense:0.00}×";
}
