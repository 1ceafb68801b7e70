using SparseProf.Faults.Tests.Programs;
using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Kills;

public sealed class KilledMergeTests : IDisposable
{
    private static readonly string[] s_tables = ["run", "library", "origin", "measurement", "caveat", "sample", "power", "calibration", "attempt", "training_run", "import"];
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_killed_merge_leaves_the_output_as_it_was_or_whole_and_can_be_run_again()
    {
        string[] shards = [.. Enumerable.Range(0, 6).Select(i => Inputs.Shard(_scratch[$"shard{i}.db"], kernels: 1500, $"device {i}"))];
        Assert.Equal(0, CliProcess.Run("merge", _scratch["before.db"], shards[0]).ExitCode);
        var before = Sound.Content(_scratch["before.db"], s_tables);
        File.Copy(_scratch["before.db"], _scratch["undisturbed.db"]);
        var whole = KillChain.TimeOf(["merge", _scratch["undisturbed.db"], .. shards]);
        var expected = Sound.Content(_scratch["undisturbed.db"], s_tables);

        var chain = new KillChain(seed: 4);
        var output = _scratch["out.db"];
        for (var round = 0; chain.Kills < FaultCounts.Of(5); round++)
        {
            // In turns: no output yet, and one that holds something.
            Remove(output);
            if (round % 2 == 1)
                File.Copy(_scratch["before.db"], output);
            using var cli = chain.StartAndKill(whole, ["merge", output, .. shards], out _);
            if (File.Exists(output))
            {
                Sound.Database(output);
                var content = Sound.Content(output, s_tables);
                Assert.True(content == expected || (round % 2 == 1 && content == before), "the output is neither what it was nor merged");
            }
            else
            {
                Assert.Equal(0, round % 2);
            }

            if (round % 5 != 0)
                continue;
            Assert.Equal(0, CliProcess.Run(["merge", output, .. shards]).ExitCode);
            Assert.Equal(expected, Sound.Content(output, s_tables));
            Assert.Empty(Directory.GetFiles(_scratch.Folder, "*.merging*"));
        }

        FaultCounts.Tell("kill -9 of merging", chain.Kills);
    }

    private static void Remove(string database)
    {
        foreach (var suffix in new[] { "", "-wal", "-shm", "-journal" })
            File.Delete(database + suffix);
    }
}
