using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Experiment;
using SparseProf.Profiler.Tests.Sampling;
using SparseProf.Store;
using SparseProf.Store.Rows;
using SparseProf.Torch;

namespace SparseProf.Profiler.Tests.Experiment;

public sealed class MeasurementSessionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-session-").FullName;
    private readonly PlantedDevice _device = new();
    private readonly MeasurementWriter _writer;
    private readonly List<SessionProgress> _progress = [];
    private long _runId;

    public MeasurementSessionTests()
    {
        _writer = MeasurementWriter.Open(Database);
        BeginRun();
    }

    private string Database => Path.Combine(_folder, "test.db");

    public void Dispose()
    {
        _writer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Every_case_is_verified_sampled_and_completed()
    {
        var group = new PlantedGroup("softmax", "slow", "fast")
        {
            Error = _ => 1e-4,
            Time = (kernel, _) => kernel == "slow" ? 2e-3 : 1e-3,
            Observations = { ["ratio"] = 0.5 },
        };

        Assert.Equal("completed", Run([group]));

        using var reader = MeasurementReader.Open(Database);
        var rows = reader.Measurements();
        Assert.Equal(["slow", "fast"], rows.Select(row => row.Kernel));
        Assert.All(rows, row =>
        {
            Assert.True(row.Verified);
            Assert.Equal((1e-4, 1e-3), (row.MaxRelError, row.Tolerance));
            Assert.Equal("interval_narrow", row.Result!.StopReason);
            Assert.Equal(row.Result.SampleCount, reader.Samples(row.Id).Length);
        });
        Assert.Equal(2e-3, OrderStatistics.Median(reader.Samples(rows[0].Id)), 1e-9);
        Assert.Equal(1e-3, OrderStatistics.Median(reader.Samples(rows[1].Id)), 1e-9);
        Assert.Equal(0.5, reader.Calibration(_runId)["ratio"]);
        Assert.Empty(reader.Attempts());
        Assert.True(group.IsDisposed);
    }

    [Fact]
    public void A_group_of_one_case_is_sampled_alone()
    {
        Assert.Equal("completed", Run([new PlantedGroup("softmax", "only")]));

        using var reader = MeasurementReader.Open(Database);
        var row = Assert.Single(reader.Measurements());
        Assert.Equal("interval_narrow", row.Result!.StopReason);
        Assert.NotEmpty(reader.Samples(row.Id));
    }

    [Fact]
    public void A_wrong_result_is_an_attempt_and_is_not_timed()
    {
        var group = new PlantedGroup("softmax", "right", "wrong") { Error = kernel => kernel == "wrong" ? 0.2 : 0 };

        Assert.Equal("completed", Run([group]));

        using var reader = MeasurementReader.Open(Database);
        var attempt = Assert.Single(reader.Attempts());
        Assert.Equal(("wrong", "wrong_result"), (attempt.Kernel, attempt.Status));
        Assert.Contains("2e-1", attempt.Message);
        Assert.Contains("1e-3", attempt.Message);
        Assert.Equal(0, group.Works["wrong"].Calls);
        Assert.Equal("right", Assert.Single(reader.Measurements(completeOnly: false)).Kernel);
    }

    [Fact]
    public void A_result_that_is_not_a_number_is_wrong()
    {
        Run([new PlantedGroup("softmax", "nan") { Error = _ => double.NaN }]);

        using var reader = MeasurementReader.Open(Database);
        Assert.Equal("wrong_result", Assert.Single(reader.Attempts()).Status);
        Assert.Empty(reader.Measurements(completeOnly: false));
    }

    public static TheoryData<string, string> Failures => new()
    {
        { nameof(NotSupportedException), "unsupported" },
        { nameof(OutOfMemoryException), "out_of_memory" },
        { nameof(TorchException), "failed" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_group_that_cannot_be_prepared_is_an_attempt_of_each_case_and_the_next_one_runs(string failure, string status)
    {
        const string Message = "too big\nat native code";
        Exception thrown = failure switch
        {
            nameof(NotSupportedException) => new NotSupportedException(Message),
            nameof(OutOfMemoryException) => new InsufficientMemoryException(Message),
            _ => new TorchException(Message),
        };

        Assert.Equal("completed", Run([new PlantedGroup("broken", "a", "b") { Failure = thrown }, new PlantedGroup("softmax", "c", "d")]));

        using var reader = MeasurementReader.Open(Database);
        Assert.Equal([("a", status, "too big"), ("b", status, "too big")], reader.Attempts().Select(attempt => (attempt.Kernel, attempt.Status, attempt.Message)));
        Assert.Equal(["c", "d"], reader.Measurements().Select(row => row.Kernel));
    }

    [Fact]
    public void A_resumed_session_measures_only_what_is_not_stored()
    {
        Run([new PlantedGroup("first", "a", "b")]);
        var stored = Stored();
        BeginRun();
        var (first, second) = (new PlantedGroup("first", "a", "b", "c"), new PlantedGroup("second", "a"));

        Assert.Equal("completed", Run([first, second], stored));

        Assert.Equal(["c"], first.Works.Keys);
        Assert.Equal(["a"], second.Works.Keys);
        var (third, all) = (new PlantedGroup("first", "a", "b", "c"), Stored());
        Run([third], all);
        Assert.Empty(third.Works);
    }

    [Fact]
    public void A_cancelled_session_keeps_what_was_sampled_and_resumes_there()
    {
        using var cancel = new CancellationTokenSource();
        var stopped = new PlantedGroup("stopped", "a", "b")
        {
            // The warm-up takes 25 calls, each of the least six blocks ten and more.
            Time = (kernel, call) =>
            {
                if (kernel == "a" && call == 60)
                    cancel.Cancel();
                return 1e-3;
            },
        };
        var never = new PlantedGroup("never", "c");

        Assert.Equal("interrupted", Run([new PlantedGroup("done", "a", "b"), stopped, never], cancel: cancel));

        using var reader = MeasurementReader.Open(Database);
        var rows = reader.Measurements();
        Assert.Equal(4, rows.Count);
        Assert.All(rows.Skip(2), row =>
        {
            Assert.Equal("interrupted", row.Result!.StopReason);
            Assert.NotEmpty(reader.Samples(row.Id));
            Assert.Contains(Caveat.Interrupted, row.Result.Caveats.Select(observed => observed.Caveat));
        });
        Assert.Empty(never.Works);
        Assert.True(stopped.IsDisposed);
        Assert.Equal(rows.Take(2).Select(row => row.CaseKey).Order(), reader.CompletedCaseKeys().Order());
    }

    [Fact]
    public void A_session_that_is_cancelled_while_it_warms_up_marks_its_cases_as_cut_off()
    {
        using var cancel = new CancellationTokenSource();
        var group = new PlantedGroup("softmax", "a", "b")
        {
            Time = (_, call) =>
            {
                cancel.Cancel();
                return call;
            },
        };

        Assert.Equal("interrupted", Run([group], cancel: cancel));

        using var reader = MeasurementReader.Open(Database);
        Assert.Empty(reader.Measurements());
        Assert.Equal(2, reader.Measurements(completeOnly: false).Count);
        Assert.Empty(reader.CompletedCaseKeys());
    }

    [Fact]
    public void A_spent_budget_starts_nothing_more()
    {
        var group = new PlantedGroup("softmax", "a");

        Assert.Equal("out_of_time", Run([group], settings: new SessionSettings { Quick = true, Budget = new Seconds(1e-9) }));

        Assert.Empty(group.Works);
        Assert.Empty(_progress);
    }

    [Fact]
    public void A_budget_spent_within_the_last_group_is_told()
    {
        var group = new PlantedGroup("softmax", "a", "b") { Time = (_, call) => { Thread.Sleep(2); return 1e-3; } };

        Assert.Equal("out_of_time", Run([group], settings: new SessionSettings { Quick = true, Budget = new Seconds(0.02) }));

        using var reader = MeasurementReader.Open(Database);
        Assert.All(reader.Measurements(), row => Assert.Equal("budget_spent", row.Result!.StopReason));
    }

    [Fact]
    public void Progress_rises_by_expected_time_from_nothing()
    {
        Run([new PlantedGroup("first", "a"), new PlantedGroup("second", "a"), new PlantedGroup("third", "a"), new PlantedGroup("fourth", "a")]);

        Assert.Equal([0, 0.25, 0.5, 0.75], _progress.Select(step => step.Share));
        Assert.Equal([("first", 1, 4), ("second", 2, 4), ("third", 3, 4), ("fourth", 4, 4)], _progress.Select(step => (step.Title, step.Step, step.Steps)));
    }

    private string Run(
        IReadOnlyList<CaseGroup> groups, IReadOnlySet<string>? stored = null, SessionSettings? settings = null, CancellationTokenSource? cancel = null) =>
        new MeasurementSession(_device, _writer, _runId, settings ?? new SessionSettings { Quick = true })
            .Run(groups, stored ?? new HashSet<string>(), _progress.Add, cancel?.Token ?? CancellationToken.None);

    private IReadOnlySet<string> Stored()
    {
        using var reader = MeasurementReader.Open(Database);
        return reader.CompletedCaseKeys();
    }

    private void BeginRun() => _runId = _writer.BeginRun(RunDescription.Of(_device.Identity, "measure", new { }), []);
}
