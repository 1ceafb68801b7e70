using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Testing;

/// <summary>Trainings that nobody ran: a completed one with figures of its steps and an accuracy.</summary>
public static class SyntheticTraining
{
    public static TrainingCase Case(string workload, string method = "dense", string pattern = "dense", long seed = 0, string config = "{}", double parameters = 110e6) => new()
    {
        CaseKey = $"{workload} {method} {pattern} {seed}",
        StartedUtc = SyntheticStore.Run().StartedUtc,
        Workload = workload,
        DataSet = "planted-data",
        Synthetic = true,
        Method = method,
        Pattern = pattern,
        Sparsity = pattern == "dense" ? 0 : 0.9,
        Seed = seed,
        ParametersTotal = parameters,
        ParametersActive = parameters,
        ParametersNonzero = parameters / 10,
        ConfigJson = config,
    };

    /// <returns>The id of the training.</returns>
    public static long Write(string path, TrainingCase training, double accuracy, IEnumerable<(string Name, long Step, double Value)>? figures = null)
    {
        using var writer = MeasurementWriter.Open(path);
        var run = writer.BeginRun(SyntheticStore.Run(), []);
        var id = writer.BeginTraining(run, training);
        writer.AppendTrainingMetrics(id, [.. (figures ?? []).Select(figure => new TrainingMetricRow { Step = figure.Step, Name = figure.Name, Value = figure.Value })]);
        writer.AppendEvaluation(id, new EvaluationRow
        {
            AtUtc = training.StartedUtc,
            Step = 10,
            DataSet = training.DataSet,
            Synthetic = training.Synthetic,
            Split = "validation",
            Metric = "accuracy",
            Value = accuracy,
            CiLow = accuracy - 0.01,
            CiHigh = accuracy + 0.01,
            Examples = 1000,
        });
        writer.EndTraining(id, new TrainingResult { EndedUtc = training.StartedUtc, Outcome = "completed", Steps = 10 });
        writer.EndRun(run, training.StartedUtc, "completed");
        return id;
    }
}
