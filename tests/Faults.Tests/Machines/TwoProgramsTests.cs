using SparseProf.Faults.Tests.Programs;
using SparseProf.Store;
using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Machines;

public sealed class TwoProgramsTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Programs_on_one_new_database_wait_for_each_other_or_say_so_and_neither_loses_anything()
    {
        RequiresTorch.OrSkip();
        var database = _scratch["shared.db"];
        var plan = Inputs.MeasurePlan(_scratch["plan.csv"], 3);
        string[] measure = ["measure", "--cpu", "--threads", "1", "--quick", "--plan", plan, "--db", database];
        string[][] commands =
        [
            measure, measure,
            ["import", "kernels", Inputs.KernelCsv(_scratch["kernels.csv"], 5000), "--profile", "nvidia-h200-sxm-141gb", "--db", database],
            ["import", "losses", Inputs.LossCsv(_scratch["losses.csv"], 5000), "--db", database],
            ["train", "dense-cnn", "--steps", "10", "--batch", "2", "--threads", "1", "--db", database],
        ];

        var running = commands.Select(CliProcess.Start).ToList();
        running.ForEach(cli => cli.WaitForExit());

        Sound.Database(database);
        foreach (var cli in running)
        {
            Sound.Words(cli.Errors);
            Assert.True(cli.ExitCode == 0 || cli.Errors.Contains("kept the database locked", StringComparison.Ordinal), cli.Errors);
        }

        using var reader = MeasurementReader.Open(database);
        var expected = reader.Runs().Where(run => run.Outcome == "completed" && run.Command.Contains("measure", StringComparison.Ordinal)).ToList();
        Assert.All(expected, run => Assert.NotEmpty(reader.Measurements(run.Id)));
        if (running.TrueForAll(cli => cli.ExitCode == 0))
        {
            Assert.Equal(2, expected.Count);
            Assert.Equal([5000L, 5000L], reader.Query<long>("SELECT (SELECT count(*) FROM imported_kernel) UNION ALL SELECT (SELECT count(*) FROM imported_loss)"));
            Assert.Equal("completed", Assert.Single(reader.TrainingRuns()).Result?.Outcome);
        }

        running.ForEach(cli => cli.Dispose());
    }
}
