using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;
using SparseProf.Profiler.Power;
using SparseProf.Profiler.Training;
using SparseProf.Store;
using SparseProf.Store.Rows;
using SparseProf.Workloads;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training;
using SparseProf.Workloads.Training.Optimizers;

namespace SparseProf.Profiler.Tests.Training;

public sealed class TrainingSessionTests : IDisposable
{
    private static readonly TrainingPlan s_plan = new()
    {
        Workload = new Workload("language-model", "", new DecoderConfig { Layers = 1, Width = 16, Heads = 1, FfnWidth = 32, Vocabulary = 16, Tokens = 8 }, 1),
        Steps = 10,
        Batch = 16,
        Optimizer = new OptimizerSettings { LearningRate = 1e-2 },
        Sparsity = new SparsityPlan { Method = SparseMethod.RigL, Pattern = new SparsityPattern.Unstructured(new(0.5)), UpdateInterval = 3 },
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-training-").FullName;
    private readonly MeasurementWriter _writer;
    private readonly long _runId;

    public TrainingSessionTests()
    {
        RequiresTorch.OrSkip();
        _writer = MeasurementWriter.Open(Database);
        _runId = _writer.BeginRun(SyntheticStore.Run(), []);
    }

    private string Database => Path.Combine(_folder, "test.db");

    private string Checkpoint => Path.Combine(_folder, "state.safetensors");

    public void Dispose()
    {
        _writer?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_completed_training_is_stored_with_its_curve_masks_evaluations_and_cost()
    {
        var report = Run(new TrainingRequest(s_plan, CountingText.Set));

        using var reader = MeasurementReader.Open(Database);
        var row = Assert.Single(reader.TrainingRuns());
        Assert.Equal(("completed", "rigl", "csr@0.5", true, true), (row.Result!.Outcome, row.Method, row.Pattern, row.Synthetic, row.Result.Decayed));
        Assert.Equal((0.5, 10L, 10 * 16 * 8.0), (row.Sparsity, row.Result.Steps, row.Result.Tokens));
        Assert.Equal((2048.0, 1024.0), (row.ParametersTotal, row.ParametersNonzero));
        Assert.True(row.Result.NonzeroFlops < row.Result.DenseEquivalentFlops);
        Assert.Equal(report.Validation!.Loss, row.Result.FinalLoss);
        Assert.Equal("planted", row.Result.EnergyMissingBecause);
        Assert.Equal(10, reader.TrainingSteps(row.Id).Count);
        Assert.Equal(["accuracy", "loss"], reader.Evaluations().Select(evaluation => evaluation.Metric).Order());
        var metrics = reader.TrainingMetrics(row.Id);
        Assert.Equal([4L, 7], metrics.Where(metric => metric.Name == "mask_turnover").Select(metric => metric.Step));
        Assert.Contains(metrics, metric => metric is { Step: 10, Name: "map.layer0.ffn.in.15.15" });
        Assert.Equal(1, metrics.Where(metric => metric.Name.StartsWith("in_degree.layer0.ffn.in.", StringComparison.Ordinal)).Sum(metric => metric.Value), 1e-9);
    }

    [Fact]
    public void A_stored_plan_names_methods_and_optimizers_as_the_command_line_does()
    {
        Run(new TrainingRequest(s_plan with { Steps = 1 }, CountingText.Set));

        using var reader = MeasurementReader.Open(Database);
        var stored = Assert.Single(reader.TrainingRuns()).ConfigJson;
        Assert.Contains("\"method\":\"rigl\"", stored, StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"adamw\"", stored, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SparseMethod.RigL, "csr@0.5", "e0e6e30796fc1c60279fbf662105802e")]
    [InlineData(SparseMethod.SrSte, "2:4", "ddd0070fdb28a5e2dfc84ec7b67f59c7")]
    [InlineData(SparseMethod.Dense, "dense", "f4377de97b7ec1e234a94908a04997ba")]
    public void Keys_of_trainings_stay_those_of_databases_that_hold_the_names_of_before(SparseMethod method, string pattern, string key) =>
        Assert.Equal(key, TrainingCases.Key(s_plan with { Sparsity = new SparsityPlan { Method = method, Pattern = SparsityPatternText.Parse(pattern) } }, CountingText.Set));

    [Fact]
    public void A_stopped_training_keeps_its_steps_and_goes_on_from_its_checkpoint()
    {
        using var stop = new CancellationTokenSource();
        var stopped = new TrainingSession(new NoPower("planted"), _writer, _runId).Run(
            new TrainingRequest(s_plan, CountingText.Set, Checkpoint), progress => Stop(progress.Step.Step == 4), stop.Token);
        var resumed = Run(new TrainingRequest(s_plan, CountingText.Set, Checkpoint, Resume: true));
        var whole = Run(new TrainingRequest(s_plan, CountingText.Set));

        Assert.Equal(("interrupted", 4L), (stopped.Outcome, stopped.StepsDone));
        Assert.Equal(("completed", 5L, 10L), (resumed.Outcome, resumed.FirstStep, resumed.StepsDone));
        Assert.Equal(whole.Validation, resumed.Validation);
        using var reader = MeasurementReader.Open(Database);
        var rows = reader.TrainingRuns();
        Assert.Equal(rows[0].CaseKey, rows[1].CaseKey);
        Assert.Equal(rows[2].Result!.NonzeroFlops, rows[1].Result!.NonzeroFlops);

        void Stop(bool now)
        {
            if (now)
                stop.Cancel();
        }
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_training_and_keeps_the_checkpoint_before()
    {
        File.WriteAllText(Checkpoint, "the last good one");
        var plan = s_plan with { Optimizer = s_plan.Optimizer with { LearningRate = 1e30 }, Schedule = new() { WarmUp = 0 }, Sparsity = SparsityPlan.Dense };

        var report = Run(new TrainingRequest(plan, CountingText.Set, Checkpoint));

        Assert.Equal("diverged", report.Outcome);
        Assert.Equal("the last good one", File.ReadAllText(Checkpoint));
        using var reader = MeasurementReader.Open(Database);
        var row = Assert.Single(reader.TrainingRuns());
        Assert.Equal(("diverged", false), (row.Result!.Outcome, row.Result.Decayed));
        Assert.Null(reader.TrainingSteps(row.Id)[^1].Loss);
        Assert.Null(row.Result.FinalLoss);
    }

    [Theory]
    [InlineData(0, "failed", 1)]
    [InlineData(60, "completed", 10)]
    public void A_checkpoint_that_cannot_be_saved_leaves_what_was_trained_in_the_store(int everySeconds, string outcome, long steps)
    {
        var folder = Path.Combine(_folder, "removed");
        var request = new TrainingRequest(s_plan, CountingText.Set, Path.Combine(folder, "state.safetensors")) { CheckpointInterval = TimeSpan.FromSeconds(everySeconds) };

        var error = Assert.Throws<UserErrorException>(() => Run(request, _ => Remove()));

        Assert.StartsWith("the checkpoint could not be saved: ", error.Message, StringComparison.Ordinal);
        using var reader = MeasurementReader.Open(Database);
        var row = Assert.Single(reader.TrainingRuns());
        Assert.Equal((outcome, steps), (row.Result!.Outcome, row.Result.Steps));
        Assert.Equal(outcome == "completed", row.Result.FinalLoss is not null);

        void Remove()
        {
            if (!Directory.Exists(folder))
                return;
            Directory.Delete(folder);
            File.WriteAllText(folder, "a file in its place");
        }
    }

    [Fact]
    public void A_sweep_trains_its_grid_once_and_resumes()
    {
        var file = new SweepFile { Models = [new(16, 1), new(32, 1)], Tokens = [256, 512], Sparsity = [0, 0.5], Batch = 16, Sequence = 8, BaseWidth = 16 };
        var sweep = new TrainingSweep(file, CountingText.Set);
        var seen = new List<SweepProgress>();

        Assert.True(sweep.Run(_writer, _runId, 2, new HashSet<string>(), seen.Add, TestContext.Current.CancellationToken));

        using var reader = MeasurementReader.Open(Database);
        var rows = reader.TrainingRuns();
        Assert.Equal(8, rows.Select(row => row.CaseKey).Distinct().Count());
        Assert.Equal([256.0, 512], rows.Select(row => row.Result!.Tokens!.Value).Distinct().Order());
        Assert.Equal([(3072.0, 0.0), (3072, 0.5), (12288, 0), (12288, 0.5)], rows.Select(row => (row.ParametersTotal, row.Sparsity)).Distinct().Order());
        Assert.All(rows, row => Assert.True(row.Result is { Decayed: true, Outcome: "completed" }));
        Assert.Equal((8, 1.0), (seen[^1].Reached, seen[^1].Share));
        seen.Clear();
        Assert.True(sweep.Run(_writer, _runId, 2, rows.Select(row => row.CaseKey).ToHashSet(), seen.Add, TestContext.Current.CancellationToken));
        Assert.Empty(seen);
    }

    [Fact]
    public void Trainings_beside_each_other_give_the_losses_of_trainings_alone()
    {
        var file = new SweepFile { Models = [new(16, 1)], Tokens = [1024], Sparsity = [0, 0.5], Batch = 16, Sequence = 8, Seeds = [0, 1] };
        var losses = new List<double[]>();
        foreach (var jobs in new[] { 1, 4 })
        {
            var seen = new List<SweepProgress>();
            new TrainingSweep(file, CountingText.Set).Run(_writer, _runId, jobs, new HashSet<string>(), seen.Add, TestContext.Current.CancellationToken);
            losses.Add([.. seen.OrderBy(one => one.Plan.Seed).ThenBy(one => one.Plan.Sparsity.Method).Select(one => one.Report.Validation!.Loss)]);
        }

        Assert.Equal(losses[0], losses[1]);
    }

    [Theory]
    [InlineData("/tmp", "the checkpoint cannot be a folder")]
    [InlineData("/dev/null/state.safetensors", "the checkpoint could not be saved here: ")]
    public void A_checkpoint_that_could_never_be_saved_is_refused_before_anything_is_stored(string path, string what)
    {
        var error = Assert.Throws<UserErrorException>(() => Run(new TrainingRequest(s_plan, CountingText.Set, path)));

        Assert.StartsWith(what, error.Message, StringComparison.Ordinal);
        Assert.Contains("--checkpoint", error.Next, StringComparison.Ordinal);
        using var reader = MeasurementReader.Open(Database);
        Assert.Empty(reader.TrainingRuns());
    }

    private TrainingReport Run(TrainingRequest request, Action<TrainingProgress>? progress = null) =>
        new TrainingSession(new NoPower("planted"), _writer, _runId).Run(request, progress, TestContext.Current.CancellationToken);
}
