using SparseProf.Cli.Sweep.Engines;
using SparseProf.Cli.Sweep.Estimates;
using SparseProf.Cli.Sweep.Folder;
using SparseProf.Cli.Sweep.Plan;
using SparseProf.Cli.Sweep.Running;
using SparseProf.Cli.Tests.Measure;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Tests.Sweep;

[Collection(ConsoleCapture.Name)]
public sealed class SweepFollowerTests : IDisposable
{
    private const int Retries = 2;

    private readonly string _root = Directory.CreateTempSubdirectory("sparseprof-follow-").FullName;
    private readonly SweepFolder _folder;

    public SweepFollowerTests()
    {
        var file = Path.Combine(_root, "plan.yaml");
        File.WriteAllText(file, "kernels: [{op: softmax, rows: [1, 2, 3, 4], columns: 8}]");
        var plan = PlanReader.Read(file);
        var tasks = TaskPacking.Pack(new CaseEstimator(plan).Estimate(PlanCases.Of(plan).Cases), new Seconds(0.1));
        _folder = SweepFolder.Create(_root, new SweepInfo("four", DateTimeOffset.UtcNow, "", "local", "", Retries, plan.Devices, [.. tasks.Select(task => new TaskInfo(task.Number, "cpu", 1, 1, 1, 60))]), plan, tasks);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private (string Outcome, FakeEngine Engine) Follow(Func<int, int, string?> ends)
    {
        var engine = new FakeEngine(_folder, ends);
        var follower = new SweepFollower(_folder, engine);
        follower.Start(TestContext.Current.CancellationToken);
        return (follower.Follow(TestContext.Current.CancellationToken), engine);
    }

    [Fact]
    public void Tasks_that_complete_are_started_once()
    {
        var (outcome, engine) = Follow((_, _) => "completed");

        Assert.Equal("completed", outcome);
        Assert.Equal([1, 2, 3, 4], engine.Started);
    }

    [Fact]
    public void A_task_that_dies_is_tried_again_and_the_others_go_on()
    {
        var (outcome, engine) = Follow((task, attempt) => task == 2 && attempt == 1 ? null : "completed");

        Assert.Equal("completed", outcome);
        Assert.Equal([1, 2, 3, 4, 2], engine.Started);
    }

    [Fact]
    public void A_task_that_always_dies_is_given_up_and_recorded_and_resuming_gives_it_another_chance()
    {
        var (outcome, engine) = Follow((task, _) => task == 3 ? null : "completed");

        Assert.Equal("failed", outcome);
        Assert.Equal(1 + Retries, engine.Started.Count(task => task == 3));
        Assert.Equal([new FailedTask(3, 1 + Retries, "killed by the test")], GivenUp.Read(_folder));
        Assert.Equal("completed", Follow((_, _) => "completed").Outcome);
        Assert.Empty(GivenUp.Read(_folder));
    }

    [Fact]
    public void A_task_that_never_says_a_word_is_given_up_too()
    {
        var (outcome, engine) = Follow((task, _) => task == 1 ? "" : "completed");

        Assert.Equal("failed", outcome);
        Assert.Equal(1 + Retries, engine.Started.Count(task => task == 1));
    }

    [Fact]
    public void What_is_missing_on_a_machine_is_not_looked_for_twice()
    {
        var (outcome, engine) = Follow((task, _) => task == 1 ? "missing" : "completed");

        Assert.Equal("failed", outcome);
        Assert.Equal(1, engine.Started.Count(task => task == 1));
    }

    [Fact]
    public void A_cancelled_sweep_ends_its_engine()
    {
        _folder.IsCancelled = true;

        var (outcome, engine) = Follow((_, _) => "completed");

        Assert.Equal(("cancelled", true), (outcome, engine.WasCancelled));
    }

    [Fact]
    public void A_sweep_has_one_follower()
    {
        using (SweepLock.Take(_folder))
        {
            Assert.True(SweepLock.IsHeld(_folder));
            Assert.Contains("another sparseprof", Assert.Throws<UserErrorException>(() => SweepLock.Take(_folder)).Message);
        }

        Assert.False(SweepLock.IsHeld(_folder));
    }

    [Fact]
    public void Two_attempts_at_once_are_two_and_a_line_that_was_cut_off_is_passed_over()
    {
        using var first = AttemptJournal.Begin(_folder, 1);
        using var second = AttemptJournal.Begin(_folder, 1);
        File.AppendAllText(_folder.JournalPath(1, 2), "{\"event\":\"en");

        Assert.Equal((1, 2), (first.Attempt, second.Attempt));
        Assert.Single(AttemptJournal.Read(_folder.JournalPath(1, 2)));
        Assert.Equal(2, new SweepState(_folder).Read()[0].Attempts.Count);
    }

    /// <summary>Attempts that end at once: with the outcome given, killed where it is null, without a word where it is empty.</summary>
    private sealed class FakeEngine(SweepFolder folder, Func<int, int, string?> ends) : ISweepEngine
    {
        public List<int> Started { get; } = [];

        public bool WasCancelled { get; private set; }

        public TimeSpan Interval => TimeSpan.FromMilliseconds(1);

        public bool OutlivesFollower => false;

        public TimeSpan Grace => TimeSpan.Zero;

        public void Start(IReadOnlyList<TaskStart> tasks)
        {
            foreach (var task in tasks)
            {
                Started.Add(task.Task);
                var outcome = ends(task.Task, task.Attempt);
                if (outcome is "")
                    continue;
                using var journal = AttemptJournal.Begin(folder, task.Task);
                if (outcome is not null)
                    journal.Stop(outcome);
            }
        }

        public IReadOnlyDictionary<int, string> Alive() => new Dictionary<int, string>();

        public string Explain(int task) => "killed by the test";

        public void Cancel() => WasCancelled = true;

        public void Dispose()
        {
        }
    }
}
