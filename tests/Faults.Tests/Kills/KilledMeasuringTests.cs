using SparseProf.Faults.Tests.Programs;
using SparseProf.Store;
using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Kills;

public sealed class KilledMeasuringTests : IDisposable
{
    private const int Shapes = 8;
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Killed_measuring_keeps_what_it_said_was_done_and_resumes_to_the_same_cases()
    {
        RequiresTorch.OrSkip();
        var plan = Inputs.MeasurePlan(_scratch["plan.csv"], Shapes);
        var whole = KillChain.TimeOf(Measure(plan, "undisturbed.db"));
        var expected = Cases("undisturbed.db");
        Assert.NotEmpty(expected);

        var chain = new KillChain(seed: 1);
        for (var round = 0; chain.Kills < FaultCounts.Of(5); round++)
        {
            var database = $"killed{round}.db";
            var done = new HashSet<string>();
            var killed = true;
            while (killed && chain.Kills < FaultCounts.Of(5))
            {
                using var cli = chain.StartAndKill(whole, Measure(plan, database), out killed);
                if (!File.Exists(_scratch[database]))
                    continue;
                if (IsSchemaThere(database))
                    Sound.Database(_scratch[database]);
                else
                    Assert.Empty(done);
                done.UnionWith(Acknowledged(cli.Errors));
                Assert.Subset(IsSchemaThere(database) ? CompleteOps(database) : [], done);
            }

            var (code, _, errors) = CliProcess.Run(Measure(plan, database));
            Assert.True(code == 0, errors);
            Sound.Database(_scratch[database]);
            Assert.Equal(expected, Cases(database));
        }

        FaultCounts.Tell("kill -9 of measuring", chain.Kills);
    }

    /// <summary>The line of a step, "[2/8] gemm m=2 …  (9 s left)", says that the steps before it are stored.</summary>
    private static IEnumerable<string> Acknowledged(string errors) => errors.Split('\n')
        .Where(line => line.StartsWith('['))
        .Select(line => line[(line.IndexOf(']', StringComparison.Ordinal) + 1)..].Split("  (")[0].Trim())
        .SkipLast(1);

    private string[] Measure(string plan, string database) => ["measure", "--cpu", "--threads", "1", "--quick", "--resume", "--plan", plan, "--db", _scratch[database]];

    // Between the file and its schema lies a moment too.
    private bool IsSchemaThere(string database)
    {
        try
        {
            using var reader = MeasurementReader.Open(_scratch[database]);
            return true;
        }
        catch (Ops.Errors.UserErrorException error) when (error.Message == "the database is empty")
        {
            return false;
        }
    }

    private HashSet<string> CompleteOps(string database)
    {
        using var reader = MeasurementReader.Open(_scratch[database]);
        return [.. reader.Measurements().Select(row => row.Op)];
    }

    /// <summary>Every complete case, as often as it stands there.</summary>
    private List<string> Cases(string database)
    {
        using var reader = MeasurementReader.Open(_scratch[database]);
        return [.. reader.Measurements().Select(row => $"{row.Op} {row.Kernel} {row.CaseKey}").Order(StringComparer.Ordinal)];
    }
}
