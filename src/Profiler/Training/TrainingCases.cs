using System.Text.Json.Nodes;
using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Store;
using SparseProf.Store.Rows;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training;
using SparseProf.Workloads.Training.Checkpoints;

namespace SparseProf.Profiler.Training;

/// <summary>Trainings as the store describes them.</summary>
public static class TrainingCases
{
    /// <summary>Equal for equal plans on equal data.</summary>
    public static string Key(TrainingPlan plan, DataSet data) => CaseKey.Hash(PlanJson.KeyText(plan, data));

    /// <param name="firstStep">Above 1 where the training goes on from a checkpoint.</param>
    internal static TrainingCase Of(Trainer trainer, DataSet data, long firstStep)
    {
        var plan = trainer.Plan;
        var (total, active, nonzero) = Parameters(trainer);
        var config = PlanJson.Of(plan, data);
        config["first_step"] = firstStep;
        config["parameters_stored"] = Stored(trainer);
        return new TrainingCase
        {
            CaseKey = Key(plan, data),
            StartedUtc = DateTimeOffset.UtcNow,
            Workload = plan.Workload.Name,
            DataSet = data.Name,
            Synthetic = data.Synthetic,
            Method = plan.Sparsity.Method == SparseMethod.Dense && Routing(plan) is not null ? "switch" : plan.Sparsity.Method.Name(),
            Pattern = plan.Sparsity.Pattern.Text,
            Sparsity = plan.Sparsity.Method == SparseMethod.Dense ? 1 - active / total : plan.Sparsity.Pattern.Sparsity.Value,
            Seed = plan.Seed,
            ParametersTotal = total,
            ParametersActive = active,
            ParametersNonzero = nonzero,
            ConfigJson = config.ToJsonString(),
        };
    }

    private static Routing? Routing(TrainingPlan plan) => (plan.Workload.Architecture as TransformerConfig)?.Routing;

    // The scaling law's N leaves out embeddings and head; other models count all.
    private static (double Total, double Active, double Nonzero) Parameters(Trainer trainer)
    {
        var plan = trainer.Plan;
        var total = plan.Workload.Architecture is DecoderConfig decoder ? decoder.BlockWeights.Value : Stored(trainer);
        var active = Routing(plan) is null ? total : plan.Workload.Graph.ActiveParameters.Value;
        var prunable = trainer.Model.WeightLayers().Where(entry => trainer.Sparsity.Densities.ContainsKey(entry.Path)).Sum(entry => (double)entry.Layer.Weight.Elements);
        return (total, active, total - prunable * plan.Sparsity.Pattern.Sparsity.Value);
    }

    private static long Stored(Trainer trainer) => trainer.Model.Parameters().Sum(parameter => parameter.Tensor.Elements);
}
