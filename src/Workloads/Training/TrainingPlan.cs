using SparseProf.Workloads.Modules;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training.Optimizers;

namespace SparseProf.Workloads.Training;

/// <summary>Everything that decides how a training goes. Equal plans on equal data give equal weights, to the last bit on a CPU.</summary>
public sealed record TrainingPlan
{
    /// <summary>The model and its sizes.</summary>
    public required Workload Workload { get; init; }

    public required long Steps { get; init; }

    /// <summary>Examples a step.</summary>
    public required int Batch { get; init; }

    public long Seed { get; init; }

    public OptimizerSettings Optimizer { get; init; } = new();

    public LearningRateSchedule Schedule { get; init; } = new();

    /// <summary>Largest norm of all gradients together; null for none.</summary>
    public double? ClipNorm { get; init; } = 1;

    /// <summary>Share of the label that is spread over all classes.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Whether images are cropped and flipped at random.</summary>
    public bool Augment { get; init; }

    public SparsityPlan Sparsity { get; init; } = SparsityPlan.Dense;

    /// <summary>Losses and jitter of mixtures' routers.</summary>
    public RouterTraining Router { get; init; } = new();

    /// <summary>Corrections of initial weights and learning rates for width and density; null for none.</summary>
    public SmuPar? SmuPar { get; init; }
}
