using SparseProf.Ops.Architectures;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Data.Synthetic;

namespace SparseProf.Workloads.Training;

/// <summary>How a workload is trained by default, at full size and at one that a CPU trains in minutes.</summary>
/// <param name="Full">At the paper's sizes.</param>
/// <param name="Small">The same kind of model, small.</param>
/// <param name="SyntheticData">The data set where no folder of real data is given.</param>
/// <param name="RealData">The data set of a folder that is given.</param>
public sealed record TrainingRecipe(string Name, string Description, TrainingPlan Full, TrainingPlan Small, string SyntheticData, string RealData)
{
    /// <summary>Opens the data that the plan's model reads.</summary>
    /// <param name="folder">Of real data; null for synthetic ones, or for the default corpus.</param>
    /// <exception cref="Ops.Errors.UserErrorException">The files are missing or not what they should be.</exception>
    public DataSet Open(TrainingPlan plan, string? folder, SyntheticOptions? synthetic = null) =>
        DataCatalog.Open(folder is null ? SyntheticData : RealData, Options(plan.Workload.Architecture, folder) with { Synthetic = synthetic ?? new() });

    /// <summary>The plan with as many tokens and classes as the data have.</summary>
    public static TrainingPlan Fit(TrainingPlan plan, DataSet data)
    {
        Architecture fitted = plan.Workload.Architecture switch
        {
            TransformerConfig transformer => transformer with { Vocabulary = Math.Max(transformer.Vocabulary, data.Vocabulary ?? 0), Classes = data.Classes },
            DecoderConfig decoder => decoder with { Vocabulary = data.Vocabulary ?? decoder.Vocabulary },
            ResNetConfig resNet => resNet with { Classes = data.Classes },
            var other => other,
        };
        return plan with { Workload = plan.Workload with { Architecture = fitted } };
    }

    private static DataOptions Options(Architecture architecture, string? folder) => architecture switch
    {
        TransformerConfig transformer => new DataOptions(folder, transformer.Tokens, transformer.Vocabulary),
        DecoderConfig decoder => new DataOptions(folder, decoder.Tokens, decoder.Vocabulary),
        _ => new DataOptions(folder),
    };
}
