using System.Diagnostics;
using SparseProf.Profiler.Power;
using SparseProf.Store;
using SparseProf.Store.Rows;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training;

namespace SparseProf.Profiler.Training;

/// <summary>
/// Carries out trainings and stores what they did as it happens. A cancelled training keeps its steps and a checkpoint; one
/// whose loss is no number stops and keeps the checkpoint before.
/// </summary>
public sealed class TrainingSession(IPowerSource power, MeasurementWriter writer, long runId)
{
    /// <exception cref="Ops.Errors.UserErrorException">The plan does not fit the data, or the checkpoint is of another training.</exception>
    public TrainingReport Run(TrainingRequest request, Action<TrainingProgress>? progress, CancellationToken cancel)
    {
        var memory = request.Shared ? null : PeakMemory.Begin();
        using var trainer = new Trainer(request.Plan, request.Data, request.Device);
        if (request.Resume && File.Exists(request.Checkpoint))
            trainer.Load(request.Checkpoint);
        var firstStep = trainer.StepsDone + 1;
        var recorder = new TrainingRecorder(writer, runId, TrainingCases.Of(trainer, request.Data, firstStep), request.Plan.Steps);
        using var window = power.Begin();
        var clock = Stopwatch.StartNew();
        var last = Train(request, trainer, recorder, clock, progress, cancel);
        var elapsed = clock.Elapsed.TotalSeconds;
        var energy = window.End();
        var outcome = last is { Diverged: true } ? "diverged" : trainer.Done ? "completed" : "interrupted";
        ValidationResult? validation = null;
        if (outcome != "diverged" && request.Checkpoint is not null)
            trainer.Save(request.Checkpoint);
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
        return new TrainingReport(recorder.TrainingRunId, outcome, firstStep, trainer.StepsDone, last, validation, elapsed);
    }

    // The last step that was tried, or null where none was left.
    private static TrainingStep? Train(
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
                trainer.Save(request.Checkpoint);
                saved = clock.Elapsed;
            }
        }

        return last;
    }
}
