using SparseProf.Cli.Output;
using SparseProf.Ops.Errors;
using SparseProf.Profiler.Experiment;
using SparseProf.Profiler.Training;
using SparseProf.Store;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Data.Synthetic;
using SparseProf.Workloads.Training;

namespace SparseProf.Cli.Train;

/// <summary>Trains one model and prints what became of it.</summary>
internal static class TrainRun
{
    private const int Interrupted = 130;

    // Between two looks at the progress line on a log; a terminal shows every one.
    private const int ProgressLines = 20;

    public static int Run(TrainRequest request, TrainingRecipe recipe, TrainingPlan plan, CancellationToken cancel)
    {
        var data = recipe.Open(plan, request.Data, new SyntheticOptions(Difficulty: Difficulty(request, recipe) ?? SyntheticOptions.UsualDifficulty));
        plan = TrainingRecipe.Fit(plan, data);
        TrainingPlanCheck.Throw(plan, data);
        var (device, torch) = TrainDevice.Open(request.Threads, request.Gpu);
        using var opened = device;
        if (request.Resume && !File.Exists(request.Checkpoint))
            Console.Error.WriteLine($"there is no {request.Checkpoint} yet: the training begins with its first step");
        using var prepared = PreparedTraining.Of(new TrainingRequest(plan, data, request.Checkpoint, request.Resume)
        {
            Device = torch,
            CheckpointInterval = request.CheckpointEvery is { } every ? TimeSpan.FromSeconds(every.Value) : TrainingRequest.UsualCheckpointInterval,
        });
        using var writer = MeasurementWriter.Open(request.Database);
        var runId = writer.BeginRun(RunDescription.Of(device.Identity, request.CommandLine, new { request.Threads, plan.Seed }), RunDescription.Libraries());
        var outcome = "failed";
        TrainingReport report;
        try
        {
            report = new TrainingSession(device.Power, writer, runId).Run(prepared, Progress(), cancel);
            outcome = report.Outcome == "diverged" ? "failed" : report.Outcome;
        }
        finally
        {
            writer.EndRun(runId, DateTimeOffset.UtcNow, outcome);
        }

        Print(request, report);
        if (report.Outcome == "diverged")
            throw Diverged(request, plan, report);
        return report.Outcome == "interrupted" ? Interrupted : 0;
    }

    private static double? Difficulty(TrainRequest request, TrainingRecipe recipe) =>
        request.Difficulty is null || (request.Data is null && DataCatalog.Find(recipe.SyntheticData).Synthetic)
            ? request.Difficulty
            : throw new UserErrorException(ErrorKind.WrongUsage, "only synthetic data have a difficulty")
            {
                Where = "--difficulty",
                Next = request.Data is null ? $"leave it out: {recipe.Name} trains on real text" : "leave it out, or leave --data out",
            };

    private static Action<TrainingProgress> Progress()
    {
        var line = ProgressLine.OnStandardError();
        var shown = 0L;
        return progress =>
        {
            var (step, steps) = (progress.Step.Step, progress.Steps);
            var due = Console.IsErrorRedirected ? step * ProgressLines / steps : Environment.TickCount64 / 100;
            if (due == shown && step < steps)
                return;
            shown = due;
            var accuracy = progress.Step.Accuracy is { } share ? $", accuracy {share * 100:0.0} %" : "";
            line.Step($"loss {progress.Step.Loss:0.0000}{accuracy}, {progress.ExamplesPerSecond:0} examples/s", (int)step, (int)steps, (double)step / steps);
            if (step == steps)
                line.Finish();
        };
    }

    private static void Print(TrainRequest request, TrainingReport report)
    {
        using var reader = MeasurementReader.Open(request.Database);
        var row = reader.TrainingRuns().Single(training => training.Id == report.TrainingRunId);
        if (request.Json)
            JsonOutput.Write(TrainDocument.Of(row, reader));
        else
            TrainText.Write(row, reader, request.Database, Console.Out);
    }

    private static UserErrorException Diverged(TrainRequest request, TrainingPlan plan, TrainingReport report) =>
        new(ErrorKind.Failed, $"the loss is not a number any more at step {report.LastStep!.Step}")
        {
            Where = File.Exists(request.Checkpoint) ? $"{request.Checkpoint} holds the last good state" : $"training {report.TrainingRunId} in {request.Database}",
            Next = $"try a lower --learning-rate than {plan.Optimizer.LearningRate}, a longer --warm-up than {plan.Schedule.WarmUp}, or --clip {plan.ClipNorm ?? 1}",
        };
}
