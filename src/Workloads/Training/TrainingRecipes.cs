using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;
using SparseProf.Workloads.Data.Corpus;
using SparseProf.Workloads.Data.Images;
using SparseProf.Workloads.Data.Synthetic;
using SparseProf.Workloads.Data.Text;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training.Optimizers;

namespace SparseProf.Workloads.Training;

/// <summary>The trainings that SparseProf knows by name: the paper's models, and a language model for sweeps.</summary>
public static class TrainingRecipes
{
    private static readonly ResNetConfig s_smallResNet = new() { StageWidths = [16, 32, 64], BlocksPerStage = 1, StemStride = 2 };

    private static readonly TransformerConfig s_smallTransformer = new()
    {
        Layers = 2,
        Width = 64,
        Heads = 4,
        FfnWidth = 256,
        Vocabulary = 512,
        Positions = 32,
        Tokens = 32,
        Deviation = 0.1,
    };

    private static readonly TrainingPlan s_cnn = new()
    {
        Workload = WorkloadCatalog.DenseCnn,
        Steps = 78_000,
        Batch = 128,
        Augment = true,
        ClipNorm = null,
        Optimizer = new OptimizerSettings { Kind = OptimizerKind.Sgd, LearningRate = 0.1, WeightDecay = 5e-4 },
        Sparsity = new SparsityPlan { UpdateInterval = 100 },
    };

    private static readonly TrainingPlan s_transformer = new()
    {
        Workload = WorkloadCatalog.DenseTransformer,
        Steps = 6_300,
        Batch = 32,
        Optimizer = new OptimizerSettings { LearningRate = 1e-4 },
        Sparsity = new SparsityPlan { UpdateInterval = 100 },
    };

    private static readonly TrainingPlan s_languageModel = new()
    {
        Workload = new Workload("language-model", "decoder of width 256, 4 layers, 128 tokens", new DecoderConfig { Width = 256, Layers = 4, FfnWidth = 1024, Tokens = 128, Vocabulary = 2048 }, 1),
        Steps = 10_000,
        Batch = 32,
        Optimizer = new OptimizerSettings { LearningRate = 1e-2, Beta2 = 0.95, WeightDecay = 0.1 },
        Sparsity = new SparsityPlan { UpdateInterval = 100, Distribution = DensityDistribution.Uniform },
        SmuPar = new SmuPar(64),
    };

    public static IReadOnlyList<TrainingRecipe> All { get; } =
    [
        Transformer(WorkloadCatalog.DenseTransformer, null),
        Transformer(WorkloadCatalog.SwitchMoe, new Routing(4, 1, 1.25)),
        Transformer(WorkloadCatalog.SwitchMoeIso, new Routing(4, 1, 1.25)),
        Transformer(WorkloadCatalog.PrunedTransformer, null, new SparsityPlan { Method = SparseMethod.SrSte, Pattern = SparsityPattern.TwoFour }),
        Cnn(WorkloadCatalog.DenseCnn, SparsityPlan.Dense),
        Cnn(WorkloadCatalog.SparseCnnDst, new SparsityPlan { Method = SparseMethod.RigL, Pattern = Kept(0.268) }),
        Cnn(WorkloadCatalog.PrunedCnn, new SparsityPlan { Method = SparseMethod.Gradual, Pattern = Kept(0.626), Distribution = DensityDistribution.Global }),
        new("language-model", "a causal language model on text, for scaling laws", s_languageModel, SmallLanguageModel(), TextCorpus.Name, TextCorpus.Name),
    ];

    /// <exception cref="UserErrorException">No recipe has this name.</exception>
    public static TrainingRecipe Find(string name, string? where = null) =>
        All.FirstOrDefault(recipe => string.Equals(recipe.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw Suggestion.UnknownName("workload", name, [.. All.Select(recipe => recipe.Name)], where);

    private static SparsityPattern.Unstructured Kept(double density) => new(new Fraction(density));

    private static TrainingRecipe Cnn(Workload workload, SparsityPlan sparsity)
    {
        // Masks come from training, not from the catalog's pruned initial weights.
        var full = s_cnn with { Workload = workload with { Architecture = new ResNetConfig() }, Sparsity = sparsity with { UpdateInterval = 100 } };
        var small = full with
        {
            Workload = workload with { Architecture = s_smallResNet },
            Steps = 1000,
            Batch = 64,
            Augment = false,
            // With SGD's rate a thousand steps end anywhere between 67 and 96 %, depending on the seed.
            Optimizer = new OptimizerSettings { LearningRate = 3e-3, WeightDecay = 5e-4 },
            Sparsity = sparsity with { UpdateInterval = 25 },
        };
        return new TrainingRecipe(workload.Name, workload.Description, full, small, SyntheticVision.Name, Cifar10.Name);
    }

    private static TrainingRecipe Transformer(Workload workload, Routing? smallRouting, SparsityPlan? sparsity = null)
    {
        var config = (TransformerConfig)workload.Architecture;
        var full = s_transformer with
        {
            Workload = workload with { Architecture = config with { EncoderPattern = SparsityPattern.Dense.Instance } },
            Sparsity = sparsity ?? s_transformer.Sparsity,
        };
        var small = full with
        {
            Workload = workload with { Architecture = s_smallTransformer with { Routing = smallRouting, SwitchEvery = config.SwitchEvery } },
            Steps = 600,
            Batch = 64,
            Optimizer = new OptimizerSettings { LearningRate = 1e-3 },
            Sparsity = full.Sparsity with { UpdateInterval = 25 },
        };
        return new TrainingRecipe(workload.Name, workload.Description, full, small, SyntheticSentiment.Name, Sst2.Name);
    }

    private static TrainingPlan SmallLanguageModel() => s_languageModel with
    {
        Workload = s_languageModel.Workload with { Architecture = new DecoderConfig { Vocabulary = 512 } },
        Steps = 500,
        Batch = 16,
        Sparsity = s_languageModel.Sparsity with { UpdateInterval = 25 },
    };
}
