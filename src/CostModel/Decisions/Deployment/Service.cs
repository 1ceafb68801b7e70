using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Decisions.Deployment;

/// <summary>One replica of a candidate: its forward pass, or why it cannot run one.</summary>
internal sealed record Service(HardwareProfile Profile, SparsityPattern Pattern, DType DType, long Batch, ModelPrediction? Pass, Violation? Impossible)
{
    /// <summary>Time of the dense pass over time of this one.</summary>
    public Estimate? Speedup { get; init; }
}

/// <summary>Forward passes of every candidate; those of one accelerator share its kernels.</summary>
internal static class Services
{
    public static IReadOnlyList<Service> Predict(DeploymentQuestion question, IReadOnlyDictionary<string, Calibration> calibrations, Priors priors)
    {
        var models = Models(question);
        var services = new Service[question.Profiles.Count][];
        Parallel.For(0, services.Length, i => services[i] = [.. OnDevice(question, models, new(question.Profiles[i], calibrations.GetValueOrDefault(question.Profiles[i].Id), priors))]);
        return [.. services.SelectMany(device => device)];
    }

    /// <summary>The model in every form, once for all accelerators; null where the pattern fits none of its weights.</summary>
    private static Dictionary<(SparsityPattern, DType, long), ModelKernels?> Models(DeploymentQuestion question)
    {
        var keys = (from pattern in question.Patterns.Append(SparsityPattern.Dense.Instance).Distinct() from dtype in question.DTypes from batch in question.Batches select (pattern, dtype, batch)).ToArray();
        var models = new ModelKernels?[keys.Length];
        Parallel.For(0, keys.Length, i =>
        {
            var (pattern, dtype, batch) = keys[i];
            var work = question.Work(batch, dtype, pattern);
            var carries = pattern is SparsityPattern.Dense || work.Graph.NonzeroFlops.Value < work.Graph.DenseEquivalentFlops.Value;
            models[i] = carries ? ModelKernels.Of(work) : null;
        });
        return keys.Zip(models).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private static IEnumerable<Service> OnDevice(DeploymentQuestion question, Dictionary<(SparsityPattern, DType, long), ModelKernels?> models, DevicePredictor device)
    {
        var profile = device.Profile;
        foreach (var dtype in question.DTypes)
        {
            if (NoFigures(profile, dtype) is { } missing)
            {
                foreach (var pattern in question.Patterns)
                {
                    foreach (var batch in question.Batches)
                        yield return new(profile, pattern, dtype, batch, null, new(Constraint.DType, missing));
                }

                continue;
            }

            foreach (var batch in question.Batches)
            {
                var dense = ModelPredictor.Predict(models[(SparsityPattern.Dense.Instance, dtype, batch)]!, device, withNodes: false);
                foreach (var pattern in question.Patterns)
                {
                    if (pattern is SparsityPattern.Dense)
                        yield return new(profile, pattern, dtype, batch, dense, null);
                    else if (profile.Lacks(pattern, dtype) is { } lacks)
                        yield return new(profile, pattern, dtype, batch, null, new(Constraint.Pattern, lacks));
                    else if (models[(pattern, dtype, batch)] is not { } model)
                        yield return new(profile, pattern, dtype, batch, null, new(Constraint.Pattern, $"no weight matrix of {question.Model} can carry {pattern}"));
                    else
                        yield return Sparse(profile, pattern, dtype, batch, dense, ModelPredictor.Predict(model, device, withNodes: false));
                }
            }
        }
    }

    private static Service Sparse(HardwareProfile profile, SparsityPattern pattern, DType dtype, long batch, ModelPrediction dense, ModelPrediction sparse) =>
        new(profile, pattern, dtype, batch, sparse, null) { Speedup = PassRatio.Of(dense, sparse) };

    private static string? NoFigures(HardwareProfile profile, DType dtype)
    {
        try
        {
            profile.Figures(dtype, SparsityPattern.Dense.Instance);
            return null;
        }
        catch (UserErrorException unusable)
        {
            return $"{profile.Id}: {unusable.Message}";
        }
    }
}
