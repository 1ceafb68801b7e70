using SparseProf.Cli.Reproduce;
using SparseProf.Ops.Architectures;
using SparseProf.Store.Rows;
using SparseProf.Workloads;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Data.Synthetic;
using SparseProf.Workloads.Training;

namespace SparseProf.Cli.Tests.Reproduce;

/// <summary>Models with accuracies that a test chooses.</summary>
internal static class PlantedModels
{
    private static readonly DataSet s_data = SyntheticVision.Create(new SyntheticOptions(Train: 10, Validation: 10));

    public static ReproduceRequest Request(int seeds = 3) => new()
    {
        Database = "planted.db",
        Json = false,
        Data = null,
        Difficulty = 0.5,
        Full = false,
        Quick = false,
        Seeds = seeds,
        Steps = null,
        Only = [],
        Threads = null,
        Gpu = null,
        CommandLine = "sparseprof reproduce table2",
    };

    public static ReproducedModel Model(string name, bool isSparse, params double[] accuracies)
    {
        var workload = new Workload(name, "", new ResNetConfig { StageWidths = [8, 16] }, 1);
        var plan = new TrainingPlan { Workload = workload, Steps = 1, Batch = 1 };
        return new ReproducedModel(
            new PlannedModel(name, plan, s_data, workload, isSparse),
            [.. accuracies.Select((_, seed) => Training(name, seed))],
            [.. accuracies.Select(accuracy => (IReadOnlyList<EvaluationRow>)[Row("accuracy", accuracy), Row("f1_macro", accuracy - 0.01), Row("ece", 0.02), Row("accuracy", accuracy / 2, "noise", 3)])],
            null);
    }

    private static TrainingRunRow Training(string name, long seed) => new()
    {
        Id = seed + 1,
        RunId = 1,
        CaseKey = $"{name}-{seed}",
        StartedUtc = DateTimeOffset.UnixEpoch,
        Workload = name,
        DataSet = s_data.Name,
        Synthetic = true,
        Method = "dense",
        Pattern = "dense",
        Sparsity = 0,
        Seed = seed,
        ParametersTotal = 1,
        ParametersActive = 1,
        ParametersNonzero = 1,
        ConfigJson = "{}",
    };

    private static EvaluationRow Row(string metric, double value, string corruption = "", double severity = 0) => new()
    {
        AtUtc = DateTimeOffset.UnixEpoch,
        Step = 1,
        DataSet = s_data.Name,
        Synthetic = true,
        Split = "validation",
        Corruption = corruption,
        Severity = severity,
        Metric = metric,
        Value = value,
        CiLow = value - 0.02,
        CiHigh = value + 0.02,
        Examples = 10,
    };
}
