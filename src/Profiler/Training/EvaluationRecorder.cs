using SparseProf.Store;
using SparseProf.Store.Rows;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Evaluation;
using SparseProf.Workloads.Training;

namespace SparseProf.Profiler.Training;

/// <summary>Evaluates a trained classifier and stores its figures.</summary>
public sealed class EvaluationRecorder(MeasurementWriter writer)
{
    private const int Batch = 128;

    /// <summary>Severities at which inputs are spoilt.</summary>
    public static IReadOnlyList<int> Severities { get; } = [1, 3, 5];

    /// <summary>Figures on the validation split as it is and under every corruption of its kind.</summary>
    /// <exception cref="ArgumentException">The data have no classes.</exception>
    public void Run(Trainer trainer, long trainingRunId, DataSet data)
    {
        if (data.Validation is not ClassificationSplit split)
            throw new ArgumentException($"{data.Name} has no classes to judge by", nameof(data));
        var device = trainer.Device;
        var figures = EvaluationFigures.Of(Prediction.Run(trainer.Model, split, Batch, device), trainer.Plan.Seed)
            .Concat(EvaluationFigures.UnderCorruption(trainer.Model, split, Severities, Batch, trainer.Plan.Seed, device));
        foreach (var figure in figures.Where(figure => !IsStoredBySession(figure) && double.IsFinite(figure.Value.Value)))
            writer.AppendEvaluation(trainingRunId, Row(figure, data, trainer.StepsDone));
    }

    // Every training stores the accuracy over the whole split.
    private static bool IsStoredBySession(EvaluationFigure figure) =>
        figure is { Corruption: null, Subgroup: "", Metric: EvaluationFigures.Accuracy };

    private static EvaluationRow Row(EvaluationFigure figure, DataSet data, long step) => new()
    {
        AtUtc = DateTimeOffset.UtcNow,
        Step = step,
        DataSet = data.Name,
        Synthetic = data.Synthetic,
        Split = data.Validation.Name,
        Corruption = figure.Corruption?.Name ?? "",
        Severity = figure.Corruption?.Severity ?? 0,
        Subgroup = figure.Subgroup,
        Metric = figure.Metric,
        Value = figure.Value.Value,
        CiLow = Finite(figure.Value.Low),
        CiHigh = Finite(figure.Value.High),
        Examples = figure.Examples,
    };

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
