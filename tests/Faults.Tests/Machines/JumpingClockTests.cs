using SparseProf.Faults.Tests.Programs;
using SparseProf.Store;
using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Machines;

public sealed class JumpingClockTests : IDisposable
{
    private const string Library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("-3d")]
    [InlineData("+400d")]
    public void A_clock_that_jumps_while_measuring_changes_no_time_and_loses_nothing(string jump)
    {
        RequiresTorch.OrSkip();
        Assert.SkipUnless(File.Exists(Library), "no faketime (Debian: apt-get install faketime)");
        var clock = _scratch["clock"];
        File.WriteAllText(clock, "+0d");
        var database = _scratch["jump.db"];
        using var cli = CliProcess.StartUnder(
            ["env"],
            new Dictionary<string, string> { ["LD_PRELOAD"] = Library, ["FAKETIME_TIMESTAMP_FILE"] = clock, ["FAKETIME_NO_CACHE"] = "1", ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1" },
            "measure", "--cpu", "--threads", "1", "--quick", "--plan", Inputs.MeasurePlan(_scratch["plan.csv"], 4), "--db", database);
        Assert.True(cli.WaitForErrors("[2/"), cli.Errors);
        File.WriteAllText(clock, jump);

        cli.WaitForExit();
        Assert.True(cli.ExitCode == 0, cli.Errors);

        Sound.Database(database);
        using var reader = MeasurementReader.Open(database);
        var run = Assert.Single(reader.Runs());
        Assert.Equal("completed", run.Outcome);
        // The jump was seen by the times of day, and by nothing else.
        Assert.True(Math.Abs((run.EndedUtc!.Value - run.StartedUtc).TotalDays) > 1);
        Assert.All(reader.Measurements(), row =>
        {
            Assert.InRange(row.Result!.ElapsedS, 0, 600);
            Assert.All(reader.Samples(row.Id), sample => Assert.InRange(sample, 1e-9, 10));
        });
        foreach (var output in new[] { "one.db", "other.db" })
            Assert.Equal(0, CliProcess.Run("merge", _scratch[output], database).ExitCode);
        Assert.Equal(Sound.Content(_scratch["one.db"], "run", "measurement", "sample"), Sound.Content(_scratch["other.db"], "run", "measurement", "sample"));
    }
}
