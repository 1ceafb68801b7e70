using SparseProf.Cli.Measure;
using SparseProf.Cli.Output;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Evaluation;

namespace SparseProf.Cli.Reproduce;

/// <summary>The paper's table II: each row as printed, and as measured here.</summary>
internal static class Table2
{
    // The middle one of those that are stored.
    private const int ShownSeverity = 3;

    public static void Write(ReproduceRequest request, IReadOnlyList<ReproducedModel> models, string device, TextWriter output)
    {
        ReproduceHeading.Write("Table II: accuracy and cost of dense and sparse models", request, models, device, output);
        var table = new TextTable().Text("model", "from", "data set").Numbers("accuracy %", "F1", "parameters", "FLOPs of one input", "memory", "time of one input", "energy");
        foreach (var model in models)
        {
            var paper = Paper.Table2.Single(row => model.Planned.Name.StartsWith(row.Workload, StringComparison.Ordinal));
            table.Row(paper.Model, "paper", paper.DataSet, paper.AccuracyPercent, paper.F1, paper.Parameters, paper.InferenceFlops, $"{paper.MemoryGb} GB", $"{paper.InferenceTimeMs} ms", ReproduceCells.Nothing);
            table.Row(
                model.Planned.Name, "here", model.Planned.Data.Name,
                ReproduceCells.Percent(model.Mean(EvaluationFigures.Accuracy)), ReproduceCells.Share(model.Mean(EvaluationFigures.MacroF1)),
                ReproduceCells.Parameters(model), model.Graph.NonzeroFlops.ToString(),
                ReproduceCells.Memory(model.Inference), ReproduceCells.Time(model.Inference), ReproduceCells.Energy(model.Inference));
        }

        table.Write(output);
        WriteLegend(models, output);
        WriteCaveats(models, output);
        WriteRobustness(models, output);
        SeedComparisonText.Write(models, output);
        WriteNotes("Where the paper's own numbers do not fit together", PaperNotes.Table2(), output);
    }

    public static void WriteNotes(string title, IReadOnlyList<string> notes, TextWriter output)
    {
        output.WriteLine($"\n{title}");
        foreach (var note in notes)
            output.WriteLine($"  - {note}");
    }

    private static void WriteLegend(IReadOnlyList<ReproducedModel> models, TextWriter output)
    {
        output.WriteLine("  F1 is the mean over the classes; FLOPs are of kept weights; memory is that of the stored weights, then the whole process's peak in a forward pass;");
        output.WriteLine("  time is of the fastest dense kernels for a dense model, of kernels that skip zeros for a sparse one, with random weights of the same sizes");
        if (models.All(model => model.Inference is null))
            output.WriteLine("  time and memory were not measured: forward passes are timed on the processor only");
        else if (models.Select(model => model.Inference?.Result.EnergyMissingBecause).FirstOrDefault(because => because is not null) is { } missing)
            output.WriteLine($"  energy was not measured: {missing}");
    }

    private static void WriteCaveats(IReadOnlyList<ReproducedModel> models, TextWriter output)
    {
        var doubted = models.Where(model => model.Inference?.Caveats.Count > 0).Select(model => $"{model.Planned.Name}: {Cells.Caveats(model.Inference!)}").ToList();
        if (doubted.Count > 0)
            output.WriteLine($"  doubts about the times: {string.Join("; ", doubted)}");
    }

    private static void WriteRobustness(IReadOnlyList<ReproducedModel> models, TextWriter output)
    {
        output.WriteLine($"\nBeyond the paper's columns: calibration, the worst class and group, and accuracy under corruptions of severity {ShownSeverity} of 5");
        var table = new TextTable().Text("model", "data set").Numbers("ECE", "worst class %", "worst group %").Text("under corruptions");
        foreach (var model in models.Where(model => model.Trainings.Count > 0))
        {
            var kinds = model.Planned.Data.Vocabulary is null ? Corruption.OfImages : Corruption.OfText;
            var spoilt = kinds.Select(kind => new Corruption(kind, ShownSeverity)).Select(corruption =>
                $"{corruption.Name} {ReproduceCells.Percent(model.Mean(EvaluationFigures.Accuracy, corruption.Name, ShownSeverity))}");
            table.Row(
                model.Planned.Name, model.Planned.Data.Name, ReproduceCells.Share(model.Mean(EvaluationFigures.CalibrationError)),
                ReproduceCells.Percent(model.Mean(EvaluationFigures.WorstClass)), ReproduceCells.Percent(model.Mean(EvaluationFigures.WorstGroup)), string.Join(", ", spoilt));
        }

        table.Write(output);
    }
}
