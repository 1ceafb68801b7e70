using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training;
using SparseProf.Workloads.Training.Optimizers;

namespace SparseProf.Workloads.Tests.Training;

/// <summary>Trainings that take a second at most.</summary>
internal static class Plans
{
    public static TrainingPlan Cnn { get; } = new()
    {
        Workload = new Workload("dense-cnn", "", new ResNetConfig { StageWidths = [4, 8], BlocksPerStage = 1, Classes = 4 }, 1),
        Steps = 12,
        Batch = 16,
        Optimizer = new OptimizerSettings { Kind = OptimizerKind.Sgd, LearningRate = 0.1, WeightDecay = 5e-4 },
        Sparsity = new SparsityPlan { UpdateInterval = 3 },
    };

    public static TrainingPlan Transformer { get; } = new()
    {
        Workload = new Workload("dense-transformer", "", new TransformerConfig
        {
            Layers = 1,
            Width = 16,
            Heads = 2,
            FfnWidth = 32,
            Vocabulary = PlantedData.Vocabulary,
            Positions = 8,
            Tokens = PlantedData.Tokens,
        }, 1),
        Steps = 40,
        Batch = 32,
        Optimizer = new OptimizerSettings { LearningRate = 1e-2 },
    };

    public static TrainingPlan Decoder { get; } = new()
    {
        Workload = new Workload("language-model", "", new DecoderConfig
        {
            Layers = 1,
            Width = 16,
            Heads = 2,
            FfnWidth = 32,
            Vocabulary = PlantedData.Vocabulary,
            Tokens = PlantedData.Tokens,
        }, 1),
        Steps = 40,
        Batch = 32,
        Optimizer = new OptimizerSettings { LearningRate = 1e-2 },
    };

    public static TrainingPlan Mixture { get; } = Transformer with
    {
        Steps = 80,
        Workload = Transformer.Workload with { Architecture = (TransformerConfig)Transformer.Workload.Architecture with { Routing = new Routing(4, 1, 1.25) } },
    };

    public static TrainingPlan With(this TrainingPlan plan, SparseMethod method, string pattern = "csr@0.3") =>
        plan with { Sparsity = plan.Sparsity with { Method = method, Pattern = SparsityPatternText.Parse(pattern) } };

    public static DataSet DataOf(TrainingPlan plan) => plan.Workload.Architecture switch
    {
        ResNetConfig => PlantedData.Images,
        DecoderConfig => PlantedData.Counting,
        _ => PlantedData.Sentences,
    };
}
