using SparseProf.Store.Rows;

namespace SparseProf.Store;

/// <content>Trainings, evaluations and imported tables.</content>
public sealed partial class MeasurementReader
{
    public IReadOnlyList<TrainingRunRow> TrainingRuns(bool endedOnly = true) =>
        _rows.WithResults<TrainingRunRow, TrainingResult>(
            "SELECT * FROM training_run WHERE NOT @endedOnly OR ended_utc IS NOT NULL ORDER BY id", new { endedOnly }, firstOfResult: "ended_utc",
            (row, result) => row with { Result = result });

    public IReadOnlyList<TrainingStepRow> TrainingSteps(long trainingRunId) =>
        Query<TrainingStepRow>("SELECT * FROM training_step WHERE training_run_id = @trainingRunId ORDER BY step", new { trainingRunId });

    public IReadOnlyList<TrainingMetricRow> TrainingMetrics(long trainingRunId) =>
        Query<TrainingMetricRow>("SELECT * FROM training_metric WHERE training_run_id = @trainingRunId ORDER BY step, name", new { trainingRunId });

    public IReadOnlyList<EvaluationRow> Evaluations() => Query<EvaluationRow>("SELECT * FROM evaluation ORDER BY id");

    public IReadOnlyList<ImportRow> Imports() => Query<ImportRow>("SELECT * FROM import ORDER BY id");

    public IReadOnlyList<ImportedKernelRow> ImportedKernels(long importId) =>
        Query<ImportedKernelRow>("SELECT * FROM imported_kernel WHERE import_id = @importId ORDER BY line", new { importId });

    public IReadOnlyList<ImportedLossRow> ImportedLosses(long importId) =>
        Query<ImportedLossRow>("SELECT * FROM imported_loss WHERE import_id = @importId ORDER BY line", new { importId });
}
