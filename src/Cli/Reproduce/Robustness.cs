using SparseProf.Cli.Output;
using SparseProf.Profiler.Training;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Evaluation;

namespace SparseProf.Cli.Reproduce;

/// <summary>The paper's claim that dynamic sparse training is more robust, put to a test.</summary>
internal static class Robustness
{
    public static void Write(ReproduceRequest request, IReadOnlyList<ReproducedModel> models, string device, TextWriter output)
    {
        ReproduceHeading.Write("Robustness: accuracy on clean validation data after training on all, on little or on wrongly labelled data", request, models, device, output);
        output.WriteLine($"paper, without a figure: {Paper.Robustness}");
        var corruptions = (from kind in Corruption.OfImages from severity in EvaluationRecorder.Severities select new Corruption(kind, severity)).ToList();
        var table = new TextTable().Text("model", "trained on").Numbers("accuracy %", "ECE", "worst group %").Numbers([.. corruptions.Select(corruption => $"{corruption.Name} {corruption.Severity}")]);
        foreach (var model in models)
        {
            table.Row(
            [
                model.Planned.Name, model.Planned.Data.Name,
                ReproduceCells.Percent(model.Mean(EvaluationFigures.Accuracy)), ReproduceCells.Share(model.Mean(EvaluationFigures.CalibrationError)), ReproduceCells.Percent(model.Mean(EvaluationFigures.WorstGroup)),
                .. corruptions.Select(corruption => model.Mean(EvaluationFigures.Accuracy, corruption.Name, corruption.Severity) is { } accuracy ? $"{accuracy.Value * 100:0.0}" : ReproduceCells.Nothing),
            ]);
        }

        table.Write(output);
        output.WriteLine("  the last columns are accuracies on validation images with noise, blur and lost contrast of severities 1 to 5; --json has their intervals");
        SeedComparisonText.Write(models, output);
    }
}
