using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Models;
using SparseProf.Workloads.Training.Optimizers;

namespace SparseProf.Workloads.Training;

/// <summary>The parameters of a model as an optimizer takes them.</summary>
internal static class TrainedParameters
{
    /// <summary>Also rescales the initial weights where the plan asks for it.</summary>
    /// <param name="densities">Of the layers that are sparse, by path.</param>
    /// <exception cref="UserErrorException">SμPar is asked for where it does not apply.</exception>
    public static IReadOnlyList<TrainedParameter> Of(Model model, TrainingPlan plan, IReadOnlyDictionary<string, double> densities)
    {
        var layers = model.WeightLayers().ToDictionary(entry => $"{entry.Path}.weight", entry => entry.Path);
        var config = plan.SmuPar is null ? null : Config(plan);
        if (plan.SmuPar is { } smuPar)
            smuPar.Initialize(model, config!, densities);
        return
        [
            .. model.Parameters().Select(parameter => new TrainedParameter(
                parameter.Name,
                parameter.Tensor,
                Decays: layers.ContainsKey(parameter.Name),
                plan.SmuPar?.RateFactor(layers.GetValueOrDefault(parameter.Name), config!, densities) ?? 1)),
        ];
    }

    private static DecoderConfig Config(TrainingPlan plan) =>
        plan is { Workload.Architecture: DecoderConfig config, Optimizer.Kind: OptimizerKind.AdamW }
            ? config
            : throw new UserErrorException(ErrorKind.WrongUsage, $"SμPar does not apply to {plan.Workload.Name} with {plan.Optimizer.Kind}")
            {
                Allowed = "the language model with AdamW",
            };
}
