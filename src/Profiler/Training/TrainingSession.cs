using System.Diagnostics;
using SparseProf.Ops.Errors;
using SparseProf.Profiler.Power;
using SparseProf.Store;
using SparseProf.Store.Rows;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training;

namespace SparseProf.Profiler.Training;

/// <summary>
/// Carries out trainings and stores what they did as it happens. A cancelled training keeps its steps and a checkpoint; one
/// whose loss is no number stops and keeps the checkpoint before; one whose checkpoint cannot be saved stops, and is stored
/// as failed unless it had no step left.
/// </summary>
public sealed class TrainingSession(IPowerSource power, MeasurementWriter writer, long runId)
{
    /// <exception cref="UserErrorException">
    /// The plan does not fit the data, or the checkpoint is of another training, or could not be saved; how far the training
    /// came is stored then.
    /// </exception>
    public TrainingReport Run(TrainingRequest request, Action<TrainingProgress>? progress, CancellationToken cancel)
    {
        using var prepared = PreparedTraining.Of(request);
        return Run(prepared, progress, cancel);
    }

    /// <exception cref="UserErrorException">The checkpoint could not be saved; how far the training came is stored then.</exception>
    public TrainingReport Run(PreparedTraining prepared, Action<TrainingProgress>? progress, CancellationToken cancel)
    {
        var (request, trainer, memory) = (prepared.Request, prepared.Trainer, prepared.Memory);
        var firstStep = trainer.StepsDone + 1;
        var recorder = new TrainingRecorder(writer, runId, TrainingCases.Of(trainer, request.Data, firstStep), request.Plan.Steps);
        using var window = power.Begin();
        var clock = Stopwatch.StartNew();
        var (last, unsaved) = Train(request, trainer, recorder, clock, progress, cancel);
        var elapsed = clock.Elapsed.TotalSeconds;
        var energy = window.End();
        var outcome = last is { Diverged: true } ? "diverged" : trainer.Done ? "completed" : unsaved is null ? "interrupted" : "failed";
        ValidationResult? validation = null;
        if (outcome != "diverged" && request.Checkpoint is not null)
            unsaved ??= TrySave(trainer, request.Checkpoint);
        if (outcome == "completed")
        {
            trainer.Finish();
            validation = trainer.Validate();
            recorder.Evaluate(validation, request.Data, trainer.StepsDone);
            recorder.Metrics(PatternMap.Metrics(trainer.Model), trainer.StepsDone);
            request.Completed?.Invoke(trainer, recorder.TrainingRunId);
        }

        recorder.End(new TrainingResult
        {
            EndedUtc = DateTimeOffset.UtcNow,
            Outcome = outcome,
            Steps = trainer.StepsDone,
            Tokens = trainer.StepsDone * request.Plan.Batch * trainer.TokensPerExample,
            FinalLoss = validation?.Loss,
            Decayed = outcome == "completed" && request.Plan.Schedule.Decays,
            ElapsedS = elapsed,
            DenseEquivalentFlops = trainer.DenseEquivalentFlops,
            NonzeroFlops = trainer.NonzeroFlops,
            EnergyJ = energy.Energy?.Value,
            EnergyMissingBecause = energy.MissingBecause,
            PeakMemoryBytes = memory?.Value?.Value,
            Checkpoint = File.Exists(request.Checkpoint) ? Path.GetFullPath(request.Checkpoint) : null,
        });
        if (unsaved is not null)
            throw unsaved;
        return new TrainingReport(recorder.TrainingRunId, outcome, firstStep, trainer.StepsDone, last, validation, elapsed);
    }

    // The last step that was tried, or null where none was left; and why a checkpoint could not be saved, which ends the training.
    private static (TrainingStep? Last, UserErrorException? Unsaved) Train(
        TrainingRequest request, Trainer trainer, TrainingRecorder recorder, Stopwatch clock, Action<TrainingProgress>? progress, CancellationToken cancel)
    {
        TrainingStep? last = null;
        var (before, saved) = (trainer.StepsDone, clock.Elapsed);
        while (!trainer.Done && !cancel.IsCancellationRequested)
        {
            last = trainer.Step();
            var elapsed = clock.Elapsed.TotalSeconds;
            recorder.Step(last, elapsed, trainer.Done || last.Diverged);
            if (last.Diverged)
                break;
            progress?.Invoke(new TrainingProgress(last, request.Plan.Steps, (trainer.StepsDone - before) * request.Plan.Batch / elapsed));
            if (request.Checkpoint is not null && clock.Elapsed - saved > request.CheckpointInterval)
            {
                if (TrySave(trainer, request.Checkpoint) is { } unsaved)
                    return (last, unsaved);
                saved = clock.Elapsed;
            }
        }

        return (last, null);
    }

    private static UserErrorException? TrySave(Trainer trainer, string path)
    {
        try
        {
            trainer.Save(path);
            return null;
        }
        catch (UserErrorException unsaved)
        {
            return unsaved;
        }
    }
}
