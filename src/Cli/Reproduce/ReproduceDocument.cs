using SparseProf.CostModel.Decisions;
using SparseProf.Ops.Statistics;
using SparseProf.Store.Rows;
using SparseProf.Workloads.Evaluation;

namespace SparseProf.Cli.Reproduce;

/// <summary>What <c>reproduce --json</c> prints.</summary>
internal static class ReproduceDocument
{
    /// <summary>Tables II and III, figure 2, and robustness.</summary>
    public static object OfModels(string name, ReproduceRequest request, IReadOnlyList<ReproducedModel> models, string device) => new
    {
        Name = name,
        Synthetic = models.Any(model => model.Planned.Data.Synthetic),
        Size = request.Full ? "full" : "small",
        request.Seeds,
        Device = device,
        Paper = name switch { "table2" => (object)Paper.Table2, "table3" => Paper.Table3, "robustness" => Paper.Robustness, _ => Paper.Figure2 },
        Models = models.Select(Model),
        Paired = SeedComparison.Of(models).Select(comparison => new
        {
            comparison.Sparse,
            comparison.Dense,
            comparison.DataSet,
            AccuracyDifference = Interval(comparison.Difference.Difference),
            comparison.Difference.PValue,
            comparison.Difference.Pairs,
        }),
        Notes = name switch { "figure2" => PaperNotes.Figure2, "robustness" => [], _ => PaperNotes.Table2() },
    };

    public static object OfFigure3(IReadOnlyList<InferencePair> pairs, string device) => new
    {
        Name = "figure3",
        Device = device,
        Paper = Paper.Figure3,
        Models = pairs.Select(pair => new
        {
            pair.Model,
            ParametersTotal = pair.Dense.Graph.TotalParameters.Value,
            ParametersNonzero = pair.Sparse.Graph.NonzeroParameters.Value,
            DenseFlops = pair.Dense.Graph.DenseEquivalentFlops.Value,
            SparseFlops = pair.Sparse.Graph.NonzeroFlops.Value,
            DenseTimeS = Time(pair.DenseTime),
            SparseTimeS = Time(pair.SparseTime),
            Speedup = Interval(pair.Delivered),
        }),
        Notes = PaperNotes.Figure3,
    };

    private static object Model(ReproducedModel model) => new
    {
        model.Planned.Name,
        Series = Figures.Series(model.Planned.IsSparse),
        DataSet = model.Planned.Data.Name,
        model.Planned.Data.Synthetic,
        Seeds = model.Trainings.Select(training => training.Seed),
        TrainingRuns = model.Trainings.Select(training => training.Id),
        Accuracy = Interval(model.Mean(EvaluationFigures.Accuracy)),
        F1Macro = Interval(model.Mean(EvaluationFigures.MacroF1)),
        Ece = Interval(model.Mean(EvaluationFigures.CalibrationError)),
        WorstClassAccuracy = Interval(model.Mean(EvaluationFigures.WorstClass)),
        WorstGroupAccuracy = Interval(model.Mean(EvaluationFigures.WorstGroup)),
        Corruptions = Corruptions(model),
        ParametersTotal = model.Graph.TotalParameters.Value,
        ParametersNonzero = model.Graph.NonzeroParameters.Value,
        ParametersActive = model.Graph.ActiveParameters.Value,
        DenseEquivalentFlops = model.Graph.DenseEquivalentFlops.Value,
        NonzeroFlops = model.Graph.NonzeroFlops.Value,
        InferenceExecution = model.Inference?.Row.Kernel,
        InferenceTimeS = Time(model.Inference),
        WeightBytes = model.Inference?.Row.WeightBytes,
        InferencePeakMemoryBytes = model.Inference?.Result.PeakMemoryBytes,
        InferenceEnergyJ = model.Inference?.Result.EnergyJ,
        EnergyMissingBecause = model.Inference?.Result.EnergyMissingBecause,
        TrainingEnergyJ = model.Trainings.Select(training => training.Result?.EnergyJ),
        TrainingTimeS = model.Trainings.Select(training => training.Result?.ElapsedS),
    };

    private static IEnumerable<object> Corruptions(ReproducedModel model) =>
        from row in model.Evaluations.SelectMany(rows => rows)
        where row.Corruption.Length > 0 && row.Metric == EvaluationFigures.Accuracy && row.Subgroup.Length == 0
        group row by (row.Corruption, row.Severity) into same
        orderby same.Key
        select new { same.Key.Corruption, same.Key.Severity, Accuracy = Interval(model.Mean(EvaluationFigures.Accuracy, same.Key.Corruption, same.Key.Severity)) };

    private static object? Time(TimedMeasurement? measured) => measured is null ? null : Interval(measured.Time);

    private static object? Interval(Estimate? estimate) => estimate is { } known ? new { known.Value, Low = Finite(known.Low), High = Finite(known.High) } : null;

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
