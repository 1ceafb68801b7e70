using SparseProf.Faults.Tests.Programs;
using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Machines;

public sealed class RemovedDatabaseTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("measure", false)]
    [InlineData("measure", true)]
    [InlineData("train", false)]
    [InlineData("train", true)]
    public void A_database_that_is_removed_or_replaced_ends_the_command_in_place_of_losing_its_work(string command, bool replaced)
    {
        RequiresTorch.OrSkip();
        var database = _scratch["gone.db"];
        using var cli = CliProcess.Start(command == "measure"
            ? ["measure", "--cpu", "--threads", "1", "--quick", "--plan", Inputs.MeasurePlan(_scratch["plan.csv"], 40), "--db", database]
            : ["train", "dense-cnn", "--steps", "4000", "--batch", "4", "--threads", "1", "--db", database]);
        Assert.True(cli.WaitForErrors("[2"), cli.Errors);

        foreach (var suffix in new[] { "", "-wal", "-shm" })
            File.Delete(database + suffix);
        if (replaced)
            Inputs.Shard(database, 3, "another");

        cli.WaitForExit();
        Sound.Words(cli.Errors);
        Assert.Equal(1, cli.ExitCode);
        Assert.Contains("the database was removed or replaced", cli.Errors);
        if (replaced)
            Sound.Database(database);
    }
}
