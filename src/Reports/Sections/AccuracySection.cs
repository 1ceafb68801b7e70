using SparseProf.Ops.Statistics;
using SparseProf.Reports.Charts;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;

namespace SparseProf.Reports.Sections;

/// <summary>The paper's table II and figures 2 and 3, paper beside measured.</summary>
internal static class AccuracySection
{
    private const string Id = "accuracy";
    private const string Title = "Accuracy against cost: the paper beside the measurement";

    public static Section Build(ReportEvidence evidence)
    {
        var trained = TrainedModels.Of(evidence);
        var measured = PaperRow.TableTwo.Select(row => (Row: row, Time: Fastest(evidence, row))).Where(pair => pair.Time is not null).Select(pair => (pair.Row, pair.Time!.Value)).ToList();
        if (trained.Count == 0 && measured.Count == 0)
            return Section.Without(Id, Title, "None of the paper's models was measured or trained.");
        var blocks = new List<Block>
        {
            new Block.Paragraph("Numbers of the paper are quoted from its table II; it names neither the hardware nor intervals. Measured numbers are of this database."
                + (trained.Count == 0 ? " No model was trained in it, so measured accuracy is unknown." : "")
                + (trained.Any(model => model.Synthetic) ? " Accuracies on synthetic data say how methods compare, not how good a model is." : "")),
            new Block.TableBlock(Table(evidence, trained)),
            new Block.ChartBlock(PaperCharts.AccuracyAgainstWork(PaperRow.TableTwo, trained)),
        };
        if (measured.Count > 0)
            blocks.Add(new Block.ChartBlock(PaperCharts.InferenceTimes(measured)));
        return new(Id, Title, blocks);
    }

    private static Estimate? Fastest(ReportEvidence evidence, PaperRow row) => Models(evidence, row)
        .Select(model => (Estimate?)model.Time).MinBy(time => time!.Value.Value);

    private static IEnumerable<CostModel.Decisions.TimedMeasurement> Models(ReportEvidence evidence, PaperRow row) =>
        evidence.Measurements.Where(measured => measured.Row.OpKind == "model" && measured.Row.Workload == row.Workload && measured.Row.Batch is 1 or null);

    private static Table Table(ReportEvidence evidence, IReadOnlyList<TrainedModel> trained) => new(
        "table-two", "Table II of the paper beside what was measured (fastest execution, batch 1)",
        [
            Column.Text("model", "model"), Column.Text("source", "source"), Column.Text("data_set", "data"), new("accuracy", "accuracy", Quantity.Share), new("parameters", "parameters", Quantity.Count), new("nonzero", "nonzero", Quantity.Count), new("flops", "FLOP", Quantity.Work), new("memory_bytes", "memory", Quantity.Memory), new("time", "time", Quantity.Time),
        ],
        [.. PaperRow.TableTwo.SelectMany(row => Rows(evidence, trained, row))]);

    private static IEnumerable<Cell[]> Rows(ReportEvidence evidence, IReadOnlyList<TrainedModel> trained, PaperRow row)
    {
        yield return [row.Name, "paper", row.DataSet, row.Accuracy, row.Parameters, Cell.Empty, row.Flops, row.MemoryBytes, row.Seconds];
        if (Models(evidence, row).MinBy(model => model.Time.Value) is not { } best)
            yield break;
        var model = trained.FirstOrDefault(model => model.Workload == row.Workload && model.IsOfSize(best.Row.ParametersTotal));
        yield return
        [
            "", $"measured, {best.Row.Kernel}", model is null ? "" : model.DataSet + (model.Synthetic ? " (synthetic)" : ""), model is null ? "unknown" : model.Accuracy,
            best.Row.ParametersTotal, best.Row.ParametersNonzero, best.Row.NonzeroFlops, ModelCharts.Peak(best), best.Time,
        ];
    }
}
