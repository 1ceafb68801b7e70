using SparseProf.Store.Rows;
using SparseProf.Store.Sqlite;

namespace SparseProf.Store;

/// <content>Trainings and evaluations.</content>
public sealed partial class MeasurementWriter
{
    /// <summary>The id under which steps and evaluations of the training are stored.</summary>
    public long BeginTraining(long runId, TrainingCase training) => _rows.Guarded(() => _rows.Insert("training_run", training, "run_id", runId));

    /// <summary>Stores a step and its further figures together.</summary>
    public void AppendTrainingStep(long trainingRunId, TrainingStepRow step, IEnumerable<TrainingMetricRow>? metrics = null) => _rows.Guarded(() =>
    {
        _rows.InTransaction(() =>
        {
            _rows.Insert("training_step", step, "training_run_id", trainingRunId);
            foreach (var metric in metrics ?? [])
                _rows.Insert("training_metric", metric, "training_run_id", trainingRunId);
        });
        return step.Step;
    });

    /// <summary>Stores figures together, each name once a step.</summary>
    public void AppendTrainingMetrics(long trainingRunId, IReadOnlyList<TrainingMetricRow> metrics) => _rows.Guarded(() =>
    {
        _rows.InTransaction(() =>
        {
            foreach (var metric in metrics)
                _rows.Insert("training_metric", metric, "training_run_id", trainingRunId);
        });
        return trainingRunId;
    });

    /// <summary>Completes a training, once.</summary>
    public void EndTraining(long trainingRunId, TrainingResult result) => _rows.Guarded(() =>
    {
        _rows.Complete("training_run", "ended_utc IS NULL", RowColumns<TrainingResult>.Names, RowColumns<TrainingResult>.Values(result), trainingRunId);
        return trainingRunId;
    });

    public void AppendEvaluation(long trainingRunId, EvaluationRow evaluation) =>
        _rows.Guarded(() => _rows.Insert("evaluation", evaluation, "training_run_id", trainingRunId));
}
