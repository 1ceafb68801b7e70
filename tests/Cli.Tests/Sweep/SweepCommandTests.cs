using System.Diagnostics;
using SparseProf.Cli.Sweep.Engines;
using SparseProf.Cli.Sweep.Estimates;
using SparseProf.Cli.Sweep.Folder;
using SparseProf.Cli.Sweep.Plan;
using SparseProf.Cli.Tests.Measure;
using SparseProf.Ops.Units;
using SparseProf.Store;
using SparseProf.Testing;

namespace SparseProf.Cli.Tests.Sweep;

[Collection(ConsoleCapture.Name)]
public sealed class SweepCommandTests : IDisposable
{
    private const string Plan =
        """
        quick: true
        time_per_case: 5s
        kernels:
          - {op: gemm, m: 4, n: 16, k: [16, 32], pattern: [csr@0.5, 2:4]}
          - {op: softmax, rows: 8, columns: [16, 32]}
        devices: {cpu: {threads: 1}}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-sweep-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string PlanFile
    {
        get
        {
            File.WriteAllText(At("plan.yaml"), Plan);
            return At("plan.yaml");
        }
    }

    private string At(string name) => Path.Combine(_folder, name);

    private Task<(int ExitCode, string Output, string Errors)> Sweep(params string[] arguments) => ConsoleCapture.RunAsync(["sweep", .. arguments, "--sweeps", At("sweeps")]);

    private SweepFolder? Make(string id)
    {
        var plan = PlanReader.Read(File.Exists(At("plan.yaml")) ? At("plan.yaml") : PlanFile);
        var tasks = TaskPacking.Pack(new CaseEstimator(plan).Estimate(PlanCases.Of(plan).Cases), new Seconds(600));
        var info = new SweepInfo(id, DateTimeOffset.UnixEpoch, "test", "local", At("all.db"), 2, plan.Devices, [.. tasks.Select(task => new TaskInfo(task.Number, "cpu", 1, task.Cases.Count, 1, 60))]);
        return SweepFolder.TryCreate(At("sweeps"), info, plan, tasks);
    }

    /// <summary>Texts of the ops that are complete, each as often as it was measured.</summary>
    private static List<string> Complete(string database)
    {
        using var reader = MeasurementReader.Open(database);
        return [.. reader.Measurements().Select(row => row.Op).Order()];
    }

    [Theory]
    [InlineData("", "no plan was named")]
    [InlineData("no-such-plan.yaml", "the plan cannot be read")]
    [InlineData("PLAN --engine slrum", "did you mean 'slurm'?")]
    [InlineData("PLAN --detach", "leave it out, or use --engine slurm")]
    [InlineData("PLAN --task-time 10", "90s, 10m, 1h")]
    [InlineData("PLAN --retries 100", "0 to 20")]
    [InlineData("PLAN --id ../x", "letters, digits")]
    [InlineData("PLAN --dry-runn", "did you mean '--dry-run'?")]
    [InlineData("status --jsn", "did you mean '--json'?")]
    [InlineData("cancel --jsn", "did you mean '--json'?")]
    [InlineData("--dry-runn", "did you mean '--dry-run'?")]
    [InlineData("status nothing", "there is none yet")]
    [InlineData("resume nothing", "no sweep 'nothing'")]
    [InlineData("cancel nothing", "no sweep 'nothing'")]
    public async Task A_wrong_call_is_refused_before_anything_is_started(string flags, string said)
    {
        var (exitCode, output, errors) = await Sweep([.. flags.Replace("PLAN", PlanFile, StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.Equal(2, exitCode);
        Assert.Contains(said, errors);
        Assert.DoesNotContain("   at ", errors);
        Assert.Empty(output);
        Assert.False(Directory.Exists(At("sweeps")));
    }

    [Fact]
    public async Task A_machine_without_slurm_says_what_to_install()
    {
        var path = Environment.GetEnvironmentVariable("PATH");
        try
        {
            Environment.SetEnvironmentVariable("PATH", _folder);
            var (exitCode, _, errors) = await Sweep(PlanFile, "--engine", "slurm");

            Assert.Equal(3, exitCode);
            Assert.Contains("sbatch was not found", errors);
            Assert.Contains("apt-get install slurm-client", errors);
            Assert.False(Directory.Exists(At("sweeps")));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }

    [Fact]
    public async Task A_dry_run_lists_cases_and_tasks_and_starts_nothing()
    {
        var (exitCode, output, _) = await Sweep(PlanFile, "--dry-run", "--task-time", "1s");
        var (_, json, _) = await Sweep(PlanFile, "--dry-run", "--json");

        Assert.Equal(0, exitCode);
        Assert.Contains("6 cases on 1 device", output);
        Assert.Contains("gemm m=4 n=16 k=32 fp32 2:4", output);
        Assert.Equal(6, System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("cases").GetArrayLength());
        Assert.False(Directory.Exists(At("sweeps")));
    }

    [Fact]
    public async Task Both_engines_give_the_same_cases()
    {
        RequiresTorch.OrSkip();
        using var slurm = new FakeSlurm(At("fake"));
        var local = await Sweep(PlanFile, "--id", "here", "--task-time", "1s", "--db", At("local.db"));
        var cluster = await Sweep(PlanFile, "--id", "there", "--task-time", "1s", "--db", At("slurm.db"), "--engine", "slurm");

        Assert.Equal((0, 0), (local.ExitCode, cluster.ExitCode));
        Assert.Equal(6, Complete(At("local.db")).Distinct().Count());
        Assert.Equal(Complete(At("local.db")), Complete(At("slurm.db")));
        Assert.Contains("--parsable", slurm.SbatchWords);
        Assert.Contains("--requeue", slurm.SbatchWords);
        // The cluster takes arrays of two.
        Assert.Contains("--job-name=there.2", slurm.SbatchWords);
        Assert.All(slurm.SbatchWords.Where(word => word.StartsWith("--array", StringComparison.Ordinal)), word => Assert.Contains(word, new[] { "--array=1-1", "--array=1-2" }));
    }

    [Fact]
    public async Task A_killed_task_is_taken_up_where_it_was()
    {
        RequiresTorch.OrSkip();
        using var slurm = new FakeSlurm(At("fake"));
        File.WriteAllText(At("fake/sbatch"), "#!/bin/sh\necho 1\n");
        var started = await Sweep(PlanFile, "--id", "killed", "--engine", "slurm", "--detach", "--db", At("all.db"));
        Assert.Equal(0, started.ExitCode);
        var folder = SweepFolder.Open(At("sweeps"), "killed");
        var words = ProgramCommand.Task(folder.Path);
        using (var task = Process.Start(new ProcessStartInfo(words[0], [.. words.Skip(1), "1"]) { RedirectStandardError = true, UseShellExecute = false })!)
        {
            while (!task.HasExited && !(File.Exists(folder.JournalPath(1, 1)) && AttemptState.Of(1, AttemptJournal.Read(folder.JournalPath(1, 1))).Ended.Count > 0))
                await Task.Delay(5, TestContext.Current.CancellationToken);
            task.Kill();
            await task.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var resumed = await Sweep("resume", "killed", "--engine", "local");

        Assert.Equal(0, resumed.ExitCode);
        Assert.Equal(2, new SweepState(folder).Read().Single().Attempts.Count);
        var ops = Complete(At("all.db"));
        Assert.Equal(6, ops.Distinct().Count());
        using var reader = MeasurementReader.Open(At("all.db"));
        var twice = reader.Measurements().GroupBy(row => row.CaseKey).Where(same => same.Count() > 1);
        Assert.Empty(twice);
        Assert.Equal(2, reader.Runs().Count);
    }

    [Fact]
    public async Task A_cancelled_sweep_ends_its_jobs_and_resumes()
    {
        RequiresTorch.OrSkip();
        using var slurm = new FakeSlurm(At("fake"));
        await Sweep(PlanFile, "--id", "stopped", "--engine", "slurm", "--detach", "--task-time", "1s", "--db", At("all.db"));

        var cancelled = await Sweep("cancel", "stopped");
        var status = await Sweep("status", "stopped", "--json");

        Assert.Equal(0, cancelled.ExitCode);
        Assert.Contains("1", File.ReadAllText(At("fake/scancel.words")));
        Assert.Contains("\"state\": \"cancelled\"", status.Output);
        Assert.Equal(0, (await Sweep("resume", "stopped", "--engine", "local")).ExitCode);
        Assert.Equal(6, Complete(At("all.db")).Distinct().Count());
        Assert.Contains("completed", (await Sweep("status")).Output);
    }

    [Fact]
    public async Task A_completed_sweep_is_not_cancelled()
    {
        var folder = Make("done")!;
        using (var journal = AttemptJournal.Begin(folder, 1))
            journal.Stop("completed");

        var (exitCode, output, _) = await Sweep("cancel", "done");

        Assert.Equal(0, exitCode);
        Assert.StartsWith("sweep done is completed: there is nothing to cancel", output, StringComparison.Ordinal);
        Assert.False(folder.IsCancelled);
    }

    [Fact]
    public async Task A_misspelt_id_is_told_with_the_nearest()
    {
        Make("nightly");

        var (exitCode, _, errors) = await Sweep("status", "nightli");

        Assert.Equal(2, exitCode);
        Assert.Contains("did you mean 'nightly'?", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_processes_that_make_the_same_sweep_one_does()
    {
        _ = PlanFile;
        var made = new System.Collections.Concurrent.ConcurrentBag<SweepFolder?>();

        Parallel.For(0, 16, _ => made.Add(Make("same")));

        Assert.Single(made.OfType<SweepFolder>());
        Assert.Equal(["same"], Directory.GetDirectories(At("sweeps")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Sweeps_of_one_plan_begun_in_a_second_get_ids_of_their_own()
    {
        using var slurm = new FakeSlurm(At("fake"));
        File.WriteAllText(At("fake/sbatch"), "#!/bin/sh\necho 1\n");
        for (var i = 0; i < 3; i++)
            Assert.Equal(0, (await Sweep(PlanFile, "--engine", "slurm", "--detach")).ExitCode);

        Assert.Equal(3, SweepFolder.Ids(At("sweeps")).Count);
    }

    [Fact]
    public async Task A_sweep_whose_folder_is_removed_says_so()
    {
        RequiresTorch.OrSkip();
        var sweep = Task.Run(() => Sweep(PlanFile, "--id", "removed", "--db", At("all.db")));
        while (!sweep.IsCompleted && !File.Exists(At("sweeps/removed/state/00001.1.jsonl")))
            await Task.Delay(5, TestContext.Current.CancellationToken);
        Directory.Move(At("sweeps/removed"), At("elsewhere"));

        var (exitCode, _, errors) = await sweep;

        Assert.Equal(1, exitCode);
        Assert.Contains("error: the folder of the sweep was removed", errors, StringComparison.Ordinal);
        Assert.Contains("next:    run the plan again", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_refuses_is_told_with_its_own_words()
    {
        using var slurm = new FakeSlurm(At("fake"));
        File.WriteAllText(At("fake/sbatch"), "#!/bin/sh\n[ \"$1\" = --version ] && exit 0\necho 'sbatch: error: invalid partition specified: gpu' >&2\nexit 1\n");

        var (exitCode, _, errors) = await Sweep(PlanFile, "--engine", "slurm", "--id", "refused");

        Assert.Equal(1, exitCode);
        Assert.Contains("invalid partition specified: gpu", errors);
        Assert.Contains("devices.NAME.slurm", errors);
    }
}
