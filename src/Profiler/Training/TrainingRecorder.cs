using SparseProf.Store;
using SparseProf.Store.Rows;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Training;

namespace SparseProf.Profiler.Training;

/// <summary>Writes one training into the store, beside others that write into it.</summary>
internal sealed class TrainingRecorder
{
    // Of curves that are longer, every so manyth step is kept.
    private const long KeptSteps = 1000;

    private readonly MeasurementWriter _writer;
    private readonly long _id;
    private readonly long _every;

    public TrainingRecorder(MeasurementWriter writer, long runId, TrainingCase training, long steps)
    {
        (_writer, _every) = (writer, Math.Max(1, steps / KeptSteps));
        lock (_writer)
            _id = writer.BeginTraining(runId, training);
    }

    public long TrainingRunId => _id;

    /// <summary>Stores a step: the first ones all, then every so manyth, and whatever has figures of its own.</summary>
    public void Step(TrainingStep step, double elapsedS, bool last)
    {
        const long FirstSteps = 20;
        if (step.Step > FirstSteps && step.Step % _every != 0 && step.Metrics.Count == 0 && !last)
            return;
        var row = new TrainingStepRow
        {
            Step = step.Step,
            ElapsedS = elapsedS,
            Examples = step.Examples,
            Tokens = step.Tokens,
            Loss = double.IsFinite(step.Loss) ? step.Loss : null,
            Accuracy = step.Accuracy,
            LearningRate = step.LearningRate,
            GradientNorm = double.IsFinite(step.GradientNorm) ? step.GradientNorm : null,
            Density = step.Density,
        };
        lock (_writer)
            _writer.AppendTrainingStep(_id, row, step.Metrics.Select(metric => new TrainingMetricRow { Step = step.Step, Name = metric.Key, Value = metric.Value }));
    }

    /// <summary>Stores figures of the trained model at its last step.</summary>
    public void Evaluate(ValidationResult result, DataSet data, long step)
    {
        const double TwoSided95 = 1.959963985;
        lock (_writer)
        {
            _writer.AppendEvaluation(_id, Row("loss", result.Loss, TwoSided95 * result.LossError));
            _writer.AppendEvaluation(_id, Row("accuracy", result.Accuracy, TwoSided95 * Math.Sqrt(result.Accuracy * (1 - result.Accuracy) / result.Labels)));
        }

        EvaluationRow Row(string metric, double value, double? half) => new()
        {
            AtUtc = DateTimeOffset.UtcNow,
            Step = step,
            DataSet = data.Name,
            Synthetic = data.Synthetic,
            Split = data.Validation.Name,
            Metric = metric,
            Value = value,
            CiLow = value - half,
            CiHigh = value + half,
            Examples = data.Validation.Count,
        };
    }

    /// <summary>Stores further figures of a step that is stored; those it has already stay.</summary>
    public void Metrics(IEnumerable<KeyValuePair<string, double>> metrics, long step)
    {
        lock (_writer)
            _writer.AppendTrainingMetrics(_id, [.. metrics.Select(metric => new TrainingMetricRow { Step = step, Name = metric.Key, Value = metric.Value })]);
    }

    public void End(TrainingResult result)
    {
        lock (_writer)
            _writer.EndTraining(_id, result);
    }
}
