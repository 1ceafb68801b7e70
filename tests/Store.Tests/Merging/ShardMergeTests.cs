using Microsoft.Data.Sqlite;
using SparseProf.Ops.Errors;
using SparseProf.Store.Merging;
using SparseProf.Store.Rows;

namespace SparseProf.Store.Tests.Merging;

public sealed class ShardMergeTests : IDisposable
{
    private readonly TemporaryDatabase _folder = new();

    [Fact]
    public void Any_order_of_shards_gives_the_same_content()
    {
        string[] shards = [Shard("a", day: 3, cases: 4), Shard("b", day: 1, cases: 2), Shard("c", day: 2, cases: 3)];

        var forth = Merge("forth.db", shards);
        Merge("back.db", [.. shards.Reverse()]);

        Assert.Equal((3, 3L, 9L, 4L, 27L, 0L), (forth.Shards, forth.Runs, forth.Measurements, forth.Cases, forth.Samples, forth.Known));
        Assert.Equal(Content("forth.db"), Content("back.db"));
        Assert.Equal(["b.db", "c.db", "a.db"], Texts("forth.db", "SELECT file FROM origin ORDER BY run_id"));
    }

    [Fact]
    public void Merging_again_changes_nothing_and_a_late_shard_finds_its_place()
    {
        string[] shards = [Shard("a", day: 3, cases: 4), Shard("b", day: 1, cases: 2), Shard("c", day: 2, cases: 3)];
        Merge("whole.db", shards);

        Merge("grown.db", shards[..1]);
        Merge("grown.db", shards[1..]);
        var again = Merge("grown.db", shards);

        Assert.Equal(9, again.Known);
        Assert.Equal(Content("whole.db"), Content("grown.db"));
    }

    [Fact]
    public void An_earlier_copy_of_a_shard_is_completed_by_the_later_one()
    {
        var whole = Path("whole");
        var early = Path("early");
        using (var writer = MeasurementWriter.Open(whole))
        {
            var run = Begin(writer, "run", day: 1);
            Measure(writer, run, 1);
            var cut = writer.BeginMeasurement(run, Some.Case(2));
            writer.AppendSamples(cut, SampleKind.TimeS, [1, 2]);
            using (var source = new SqliteConnection($"Data Source={whole};Pooling=False"))
            using (var copy = new SqliteConnection($"Data Source={early};Pooling=False"))
            {
                source.Open();
                copy.Open();
                source.BackupDatabase(copy);
            }

            writer.AppendSamples(cut, SampleKind.TimeS, [3]);
            writer.CompleteMeasurement(cut, Some.Result());
            Measure(writer, run, 3);
            writer.EndRun(run, DateTimeOffset.UnixEpoch, "completed");
        }

        Merge("both.db", early, whole);
        Merge("one.db", whole);

        Assert.Equal(Texts("one.db", "SELECT group_concat(key || stop_reason) FROM measurement"), Texts("both.db", "SELECT group_concat(key || stop_reason) FROM measurement"));
        Assert.Equal(["9"], Texts("both.db", "SELECT sum(length(samples)) / 8 FROM sample"));
        Assert.Equal(["completed"], Texts("both.db", "SELECT outcome FROM run"));
    }

    [Fact]
    public void Imports_trainings_calibrations_and_attempts_come_along()
    {
        var shard = Path("a");
        using (var writer = MeasurementWriter.Open(shard))
        {
            var run = Begin(writer, "run", day: 1);
            writer.AppendAttempt(run, new AttemptRow { CaseKey = "case", AtUtc = DateTimeOffset.UnixEpoch, Op = "op", Kernel = "kernel", Status = "crash", Message = "signal 11", Signal = 11 });
            writer.AppendCalibration(run, "launch_floor_s", 2e-6);
            var training = writer.BeginTraining(run, SomeTraining.Case);
            writer.AppendTrainingStep(training, new TrainingStepRow { Step = 7, ElapsedS = 0.5, Examples = 64, LearningRate = 0.1 }, [new TrainingMetricRow { Step = 7, Name = "mask_turnover", Value = 0.25 }]);
            writer.ImportLosses(new ImportRow { Kind = "losses", File = "l.csv", Sha256 = "00", ImportedUtc = DateTimeOffset.UnixEpoch }, [new ImportedLossRow { Line = 2, Parameters = 1e6, ParametersKind = "active", Sparsity = 0, Loss = 2 }]);
        }

        Merge("out.db", shard);
        Merge("out.db", shard);

        Assert.Equal(["signal 11"], Texts("out.db", "SELECT message FROM attempt"));
        Assert.Equal(["7|0.25"], Texts("out.db", "SELECT training_step.step, value FROM training_step JOIN training_metric USING (training_run_id)"));
        Assert.Equal(["2.0e-06"], Texts("out.db", "SELECT value FROM calibration"));
        Assert.Equal(["2.0"], Texts("out.db", "SELECT loss FROM imported_loss"));
        Assert.Equal(["ok"], Texts("out.db", "PRAGMA integrity_check"));
        Assert.Empty(Texts("out.db", "PRAGMA foreign_key_check"));
    }

    [Fact]
    public void A_shard_that_is_no_database_is_named_and_the_output_stays()
    {
        var shard = Shard("a", day: 1, cases: 1);
        Merge("out.db", shard);
        var before = Content("out.db");
        File.WriteAllText(Path("broken"), "no database");

        var error = Assert.Throws<UserErrorException>(() => Merge("out.db", shard, Path("broken")));

        Assert.Equal(Path("broken"), error.Where);
        Assert.Equal(before, Content("out.db"));
        Assert.Throws<UserErrorException>(() => Merge("out.db", Path("missing")));
        Assert.DoesNotContain(Directory.GetFiles(_folder.Folder), file => file.Contains(".merging", StringComparison.Ordinal));
    }

    [Fact]
    public void A_shard_of_a_newer_schema_is_named_and_the_output_stays()
    {
        Merge("out.db", Shard("a", day: 1, cases: 1));
        var before = Content("out.db");
        var newer = Shard("b", day: 2, cases: 1);
        Execute(newer, $"PRAGMA user_version = {Sqlite.Schema.Version + 1}");

        var error = Assert.Throws<UserErrorException>(() => Merge("out.db", newer));

        Assert.Equal((newer, ErrorKind.WrongUsage), (error.Where, error.Kind));
        Assert.Equal($"the database has schema {Sqlite.Schema.Version + 1}, this SparseProf knows up to {Sqlite.Schema.Version}", error.Message);
        Assert.Equal(before, Content("out.db"));
    }

    [Fact]
    public void A_shard_of_an_older_schema_is_refused_until_it_is_upgraded()
    {
        Merge("out.db", Shard("a", day: 1, cases: 1));
        var before = Content("out.db");
        var older = Shard("b", day: 2, cases: 2);
        foreach (var table in Texts("b", "SELECT name FROM sqlite_schema WHERE type = 'table'"))
            Execute(older, $"ALTER TABLE {table} DROP COLUMN checksum");
        Execute(older, "PRAGMA user_version = 2");

        var error = Assert.Throws<UserErrorException>(() => Merge("out.db", older));

        Assert.Equal((older, "the database has the older schema 2"), (error.Where, error.Message));
        Assert.Contains($"sparseprof check --upgrade {older}", error.Next);
        Assert.Equal(before, Content("out.db"));

        Assert.Equal((2L, (long)Sqlite.Schema.Version), StoreUpgrade.Upgrade(older));
        Assert.Equal(((long)Sqlite.Schema.Version, (long)Sqlite.Schema.Version), StoreUpgrade.Upgrade(older));
        Assert.True(StoreCheck.Check(older, TestContext.Current.CancellationToken) is { Agreed: 0, Without: > 0 });
        Assert.Equal(3, Merge("out.db", older).Measurements);
        Assert.Throws<UserErrorException>(() => StoreUpgrade.Upgrade(Path("missing")));
        Assert.False(File.Exists(Path("missing")));
    }

    [Fact]
    public void A_stopped_merge_leaves_the_output_as_it_was()
    {
        var shard = Shard("a", day: 1, cases: 1);
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();

        Assert.Throws<OperationCanceledException>(() => ShardMerge.Into(Path("out"), [shard], cancel: stopped.Token));

        Assert.False(File.Exists(Path("out")));
    }

    public void Dispose() => _folder.Dispose();

    private string Path(string name) => System.IO.Path.Combine(_folder.Folder, name.EndsWith(".db", StringComparison.Ordinal) ? name : name + ".db");

    private MergeResult Merge(string output, params string[] shards) => ShardMerge.Into(Path(output), shards);

    private string Shard(string name, int day, int cases)
    {
        using var writer = MeasurementWriter.Open(Path(name));
        var run = Begin(writer, name, day);
        for (var i = 0; i < cases; i++)
            Measure(writer, run, 1 + i);
        writer.EndRun(run, DateTimeOffset.UnixEpoch.AddDays(day), "completed");
        return Path(name);
    }

    private static long Begin(MeasurementWriter writer, string key, int day) =>
        writer.BeginRun(Some.Run() with { Key = key, StartedUtc = DateTimeOffset.UnixEpoch.AddDays(day) }, []);

    private static void Measure(MeasurementWriter writer, long run, long n)
    {
        var id = writer.BeginMeasurement(run, Some.Case(n));
        writer.AppendSamples(id, SampleKind.TimeS, [n, n + 1, n + 2]);
        writer.CompleteMeasurement(id, Some.Result());
    }

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Every row of every table, as text in the order of storage.</summary>
    private string Content(string name) => string.Join('\n', Texts(name, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .SelectMany(table => Rows(name, $"SELECT * FROM {table}").Prepend(table)));

    private List<string> Texts(string name, string sql) => Rows(name, sql);

    private List<string> Rows(string name, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path(name)};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : reader.IsDBNull(i) ? "" : reader.GetString(i))));
        return rows;
    }
}
