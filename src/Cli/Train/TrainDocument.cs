using System.Text.Json;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Train;

/// <summary>What <c>train --json</c> prints.</summary>
internal sealed record TrainDocument(
    TrainingRunRow Training,
    JsonElement Plan,
    double? ExamplesPerS,
    IReadOnlyList<TrainingStepRow> Steps,
    IReadOnlyList<TrainingMetricRow> Metrics,
    IReadOnlyList<EvaluationRow> Evaluations)
{
    public static TrainDocument Of(TrainingRunRow row, MeasurementReader reader)
    {
        var steps = reader.TrainingSteps(row.Id);
        return new TrainDocument(
            row with { ConfigJson = "" },
            JsonDocument.Parse(row.ConfigJson).RootElement,
            Throughput(row, steps),
            steps,
            reader.TrainingMetrics(row.Id),
            [.. reader.Evaluations().Where(evaluation => evaluation.TrainingRunId == row.Id)]);
    }

    /// <summary>Examples a second over the training, its first step left out: that one warms up.</summary>
    public static double? Throughput(TrainingRunRow row, IReadOnlyList<TrainingStepRow> steps) =>
        steps is [var first, .., var last] && last.ElapsedS > first.ElapsedS ? (last.Examples - first.Examples) / (last.ElapsedS - first.ElapsedS) : null;
}
