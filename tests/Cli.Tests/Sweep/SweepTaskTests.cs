using System.Runtime.InteropServices;
using SparseProf.Cli.Sweep.Folder;
using SparseProf.Cli.Tests.Measure;
using SparseProf.Store;
using SparseProf.Testing;

namespace SparseProf.Cli.Tests.Sweep;

[Collection(ConsoleCapture.Name)]
public sealed class SweepTaskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-tasks-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Trainings_of_a_plan_are_trained_and_merged()
    {
        RequiresTorch.OrSkip();
        Directory.CreateDirectory(At("text"));
        var random = new Random(1);
        for (var file = 0; file < 60; file++)
            File.WriteAllLines(At($"text/{file}.txt"), Enumerable.Range(0, 100).Select(_ => string.Join(' ', Enumerable.Range(0, 8).Select(_ => $"word{random.Next(50)}"))));

        var (exitCode, output, errors) = await Sweep(Trainings("text"));

        Assert.True(exitCode == 0, output + errors);
        using var reader = MeasurementReader.Open(At("all.db"));
        Assert.Equal(["completed", "completed"], reader.TrainingRuns().Select(row => row.Result?.Outcome));
        Assert.Empty(Directory.GetFiles(At("sweeps/tried/checkpoints")));
    }

    [Fact]
    public async Task A_task_that_is_refused_says_why_and_is_not_tried_again()
    {
        RequiresTorch.OrSkip();

        var (exitCode, output, errors) = await Sweep(Trainings("no-such-folder"));

        Assert.Equal(1, exitCode);
        Assert.Contains("no-such-folder", output);
        Assert.Contains("after 1 attempt:", output);
        Assert.Contains("nothing was measured", output);
        Assert.DoesNotContain("CHECK constraint", output + errors);
        var folder = SweepFolder.Open(At("sweeps"), "tried");
        Assert.Equal(AttemptState.Refused, Assert.Single(new SweepState(folder).Read()).Last?.Outcome);
        using var reader = MeasurementReader.Open(folder.ShardPath(1, 1));
        Assert.Equal("failed", Assert.Single(reader.Runs()).Outcome);
    }

    [Fact]
    public async Task A_plan_for_hardware_that_is_not_here_ends_with_its_exit_code()
    {
        Assert.SkipWhen(NativeLibrary.TryLoad("libcuda.so.1", out _), "there is a CUDA driver");

        var (exitCode, output, _) = await Sweep("kernels: [{op: gemm, shape: 128x256x256, dtype: bf16}]\ndevices: {h100: {}}");

        Assert.Equal(3, exitCode);
        Assert.Contains("after 1 attempt: CUDA driver was not found", output);
    }

    private static string Trainings(string data) =>
        $"time_per_case: 1m\ntraining: [{{models: [{{width: 16, layers: 1}}], tokens: [2e3], sparsity: [0, 0.5], sequence: 16, batch: 4, vocabulary: 300, data: {data}}}]\ndevices: {{cpu: {{threads: 1}}}}";

    private string At(string name) => Path.Combine(_folder, name);

    private Task<(int ExitCode, string Output, string Errors)> Sweep(string plan)
    {
        File.WriteAllText(At("plan.yaml"), plan);
        return ConsoleCapture.RunAsync("sweep", At("plan.yaml"), "--id", "tried", "--db", At("all.db"), "--sweeps", At("sweeps"));
    }
}
