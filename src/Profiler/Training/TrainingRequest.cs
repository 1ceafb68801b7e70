using SparseProf.Torch;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Training;

namespace SparseProf.Profiler.Training;

/// <summary>A training to carry out and to record.</summary>
/// <param name="Checkpoint">Where its state is kept; null for nowhere.</param>
/// <param name="Resume">Whether to go on from the checkpoint, where there is one.</param>
public sealed record TrainingRequest(TrainingPlan Plan, DataSet Data, string? Checkpoint = null, bool Resume = false)
{
    /// <summary>Time between two checkpoints.</summary>
    public TimeSpan CheckpointInterval { get; init; } = UsualCheckpointInterval;

    public static TimeSpan UsualCheckpointInterval { get; } = TimeSpan.FromMinutes(1);

    public TorchDevice Device { get; init; } = TorchDevice.Cpu;

    /// <summary>Whether other trainings run in this process: its memory is then not this one's alone.</summary>
    public bool Shared { get; init; }

    /// <summary>Is handed the trained model when the training has completed, with the id under which it is stored.</summary>
    public Action<Trainer, long>? Completed { get; init; }
}

/// <summary>How far a training is.</summary>
public sealed record TrainingProgress(TrainingStep Step, long Steps, double ExamplesPerSecond);

/// <summary>How a training ended.</summary>
/// <param name="Outcome">completed, interrupted or diverged.</param>
/// <param name="Validation">Null where it did not complete.</param>
/// <param name="FirstStep">1, or the step after the checkpoint's.</param>
public sealed record TrainingReport(long TrainingRunId, string Outcome, long FirstStep, long StepsDone, TrainingStep? LastStep, ValidationResult? Validation, double ElapsedS);
