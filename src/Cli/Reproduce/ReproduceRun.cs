using SparseProf.Cli.Output;
using SparseProf.Cli.Train;
using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Devices.Cpu;
using SparseProf.Profiler.Experiment;
using SparseProf.Profiler.Kernels.Threading;
using SparseProf.Profiler.Training;
using SparseProf.Store;
using SparseProf.Store.Rows;
using SparseProf.Torch;
using SparseProf.Workloads;
using SparseProf.Workloads.Evaluation;

namespace SparseProf.Cli.Reproduce;

/// <summary>Trains, evaluates and times what a table needs and the database does not hold yet.</summary>
internal sealed class ReproduceRun(ReproduceRequest request)
{
    /// <summary>How the last run ended: completed, interrupted or failed.</summary>
    public string Outcome { get; private set; } = "failed";

    /// <summary>What ran it, as tables say it.</summary>
    public string DeviceText { get; private set; } = "";

    /// <summary>Trains and evaluates every model with every seed.</summary>
    /// <exception cref="UserErrorException">A training diverged, or the device is not there.</exception>
    /// <param name="timed">Whether to measure forward passes too.</param>
    public IReadOnlyList<ReproducedModel> Train(IReadOnlyList<PlannedModel> models, bool timed, CancellationToken cancel)
    {
        InRun((device, torch, writer, runId) =>
        {
            TrainAll(models, new TrainingSession(device.Power, writer, runId), writer, torch, cancel);
            return cancel.IsCancellationRequested ? "interrupted" : !timed ? "completed" : Measure([.. models.Select(model => model.Inference)], device, writer, runId, cancel);
        });
        using var reader = MeasurementReader.Open(request.Database);
        return [.. models.Select(model => Load(model, reader))];
    }

    /// <summary>Measures forward passes alone.</summary>
    public IReadOnlyList<IReadOnlyList<TimedMeasurement>> Measure(IReadOnlyList<Workload> workloads, CancellationToken cancel)
    {
        InRun((device, _, writer, runId) => Measure(workloads, device, writer, runId, cancel));
        using var reader = MeasurementReader.Open(request.Database);
        return [.. workloads.Select(workload => Timed(workload, reader))];
    }

    private void InRun(Func<IDevice, TorchDevice, MeasurementWriter, long, string> work)
    {
        var (device, torch) = TrainDevice.Open(request.Threads, request.Gpu);
        using var opened = device;
        using var writer = MeasurementWriter.Open(request.Database);
        DeviceText = $"{device.Identity.Name}, {(request.Gpu is null ? $"{TorchRuntime.Threads} threads" : $"GPU {request.Gpu}")}";
        var settings = new { request.Full, request.Seeds, request.Steps, request.Threads };
        var runId = writer.BeginRun(RunDescription.Of(device.Identity, request.CommandLine, settings), RunDescription.Libraries());
        try
        {
            Outcome = work(device, torch, writer, runId);
        }
        finally
        {
            writer.EndRun(runId, DateTimeOffset.UtcNow, Outcome);
        }
    }

    private void TrainAll(IReadOnlyList<PlannedModel> models, TrainingSession session, MeasurementWriter writer, TorchDevice torch, CancellationToken cancel)
    {
        var line = ProgressLine.OnStandardError();
        var evaluated = Evaluated();
        var left = (from model in models from seed in Enumerable.Range(0, request.Seeds) select (Model: model, Plan: model.Plan with { Seed = seed }))
            .Where(training => !evaluated.Contains(TrainingCases.Key(training.Plan, training.Model.Data))).ToList();
        var whole = left.Sum(training => Cost(training.Model));
        var done = 0.0;
        for (var i = 0; i < left.Count && !cancel.IsCancellationRequested; i++)
        {
            var (model, plan) = left[i];
            line.Step($"{model.Name} on {model.Data.Name}, seed {plan.Seed}", i + 1, left.Count, done / whole);
            var report = session.Run(
                new TrainingRequest(plan, model.Data) { Device = torch, Completed = (trainer, id) => new EvaluationRecorder(writer).Run(trainer, id, model.Data) }, null, cancel);
            if (report.Outcome == "diverged")
                throw new UserErrorException(ErrorKind.Failed, $"the loss of {model.Name}, seed {plan.Seed}, is not a number any more at step {report.LastStep!.Step}") { Next = "sparseprof train tells more of it" };
            done += Cost(model);
        }

        line.Finish();
    }

    private static double Cost(PlannedModel model) => model.Plan.Workload.Graph.DenseEquivalentFlops.Value * model.Plan.Batch * model.Plan.Steps;

    private HashSet<string> Evaluated()
    {
        using var reader = MeasurementReader.Open(request.Database);
        var ids = reader.Evaluations().Where(row => row.Metric == EvaluationFigures.MacroF1).Select(row => row.TrainingRunId).ToHashSet();
        return [.. reader.TrainingRuns().Where(row => row.Result is { Outcome: "completed" } && ids.Contains(row.Id)).Select(row => row.CaseKey)];
    }

    // Forward passes are timed on the processor: libtorch's work on a GPU is not bound to the timer's stream.
    private string Measure(IReadOnlyList<Workload> workloads, IDevice device, MeasurementWriter writer, long runId, CancellationToken cancel)
    {
        if (device is not CpuDevice)
            return "completed";
        using var team = new WorkerTeam(TorchRuntime.Threads);
        using var reader = MeasurementReader.Open(request.Database);
        var line = ProgressLine.OnStandardError();
        var session = new MeasurementSession(device, writer, runId, new SessionSettings { Quick = request.Quick });
        var outcome = session.Run(
            [.. workloads.Select(workload => new ModelGroup(workload, team, seed: 0))], reader.CompletedCaseKeys(), step => line.Step(step.Title, step.Step, step.Steps, step.Share), cancel);
        line.Finish();
        return outcome;
    }

    private ReproducedModel Load(PlannedModel model, MeasurementReader reader)
    {
        var keys = Enumerable.Range(0, request.Seeds).Select(seed => TrainingCases.Key(model.Plan with { Seed = seed }, model.Data)).ToList();
        var evaluations = reader.Evaluations().ToLookup(row => row.TrainingRunId);
        var trainings = reader.TrainingRuns()
            .Where(row => row.Result is { Outcome: "completed" } && keys.Contains(row.CaseKey) && evaluations[row.Id].Any(evaluation => evaluation.Metric == EvaluationFigures.MacroF1))
            .GroupBy(row => row.CaseKey).Select(same => same.Last()).OrderBy(row => row.Seed).ToList();
        return new ReproducedModel(
            model,
            trainings,
            [.. trainings.Select(row => (IReadOnlyList<EvaluationRow>)[.. evaluations[row.Id]])],
            Best(Timed(model.Inference, reader)));
    }

    private static IReadOnlyList<TimedMeasurement> Timed(Workload workload, MeasurementReader reader) => TimedMeasurement.Load(
        reader,
        reader.Measurements().Where(row => row.Workload == workload.Name && row.OpKind == "model" && row.Batch == workload.Batch && row.Threads == TorchRuntime.Threads
            && row.ParametersNonzero == workload.Graph.NonzeroParameters.Value).GroupBy(row => row.CaseKey).Select(same => same.Last()));

    /// <summary>Of a model with zeros the execution that skips them, of a dense one the fastest.</summary>
    internal static TimedMeasurement? Best(IReadOnlyList<TimedMeasurement> measured) =>
        measured.FirstOrDefault(candidate => candidate.Row.Execution == Execution.Sparse) ?? measured.MinBy(candidate => candidate.Time.Value);
}
