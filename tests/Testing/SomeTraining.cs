using SparseProf.Store.Rows;

namespace SparseProf.Testing;

/// <summary>Rows of a training for tests that do not care for most of their fields.</summary>
public static class SomeTraining
{
    /// <summary>A sparse training on synthetic data; a new one, with a key of its own, each time.</summary>
    public static TrainingCase Case => new()
    {
        CaseKey = "case",
        StartedUtc = DateTimeOffset.UnixEpoch,
        Workload = "sparse-cnn-dst",
        DataSet = "synthetic-textures",
        Synthetic = true,
        Method = "rigl",
        Pattern = "csr@0.1",
        Sparsity = 0.9,
        Seed = 1,
        ParametersTotal = 1e6,
        ParametersActive = 1e6,
        ParametersNonzero = 1e5,
        ConfigJson = "{}",
    };

    /// <summary>An accuracy with an interval of a point to either side.</summary>
    public static EvaluationRow Accuracy(double value, long step = 1) => new()
    {
        AtUtc = DateTimeOffset.UnixEpoch,
        Step = step,
        DataSet = Case.DataSet,
        Synthetic = true,
        Split = "validation",
        Metric = "accuracy",
        Value = value,
        CiLow = value - 0.01,
        CiHigh = value + 0.01,
        Examples = 1000,
    };
}
