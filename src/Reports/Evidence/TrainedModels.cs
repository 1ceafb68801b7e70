using SparseProf.Ops.Statistics;

namespace SparseProf.Reports.Evidence;

/// <summary>Accuracies of what was trained, joined over seeds.</summary>
internal static class TrainedModels
{
    public static IReadOnlyList<TrainedModel> Of(ReportEvidence evidence)
    {
        var trainings = evidence.Trainings.ToDictionary(training => training.Id);
        return
        [
            .. evidence.Evaluations
                .Where(evaluation => evaluation is { Metric: "accuracy", Corruption: "", Subgroup: "" } && evaluation.Split != "train")
                .GroupBy(evaluation => (evaluation.TrainingRunId, evaluation.DataSet)).Select(same => same.MaxBy(evaluation => evaluation.Step)!)
                .GroupBy(evaluation => (trainings[evaluation.TrainingRunId].Workload, trainings[evaluation.TrainingRunId].Method, trainings[evaluation.TrainingRunId].Pattern, trainings[evaluation.TrainingRunId].ParametersTotal, evaluation.DataSet, evaluation.Synthetic))
                .Select(seeds => new TrainedModel(
                    Name(seeds.Key.Workload, seeds.Key.Method), seeds.Key.Workload, seeds.Key.Method, seeds.Key.Pattern, seeds.Key.DataSet, seeds.Key.Synthetic, seeds.Count(), seeds.Key.ParametersTotal,
                    Accuracy([.. seeds.Select(seed => (seed.Value, seed.CiLow ?? seed.Value, seed.CiHigh ?? seed.Value))]),
                    null, trainings[seeds.First().TrainingRunId].Sparsity > 0))
                .Select(model => model with { Work = Work(evidence, model) }),
        ];
    }

    // What dense training and a mixture's routing do, the model's name says.
    private static string Name(string workload, string method) => method is "dense" or "switch" ? workload : $"{workload} {method}";

    // The wider of the mean interval of an evaluation and the spread of the seeds.
    private static Estimate Accuracy(IReadOnlyList<(double Value, double Low, double High)> seeds) => new(
        seeds.Average(seed => seed.Value),
        Math.Min(seeds.Average(seed => seed.Low), seeds.Min(seed => seed.Value)),
        Math.Max(seeds.Average(seed => seed.High), seeds.Max(seed => seed.Value)), Provenance.Measured);

    private static double? Work(ReportEvidence evidence, TrainedModel model) =>
        evidence.Measurements.Where(measured => measured.Row.OpKind == "model" && measured.Row.Workload == model.Workload && model.IsOfSize(measured.Row.ParametersTotal)
                && (measured.Row.Pattern == model.Pattern || model.Workload != "pruned-transformer"))
            .Select(measured => measured.Row.NonzeroFlops).Min();
}
