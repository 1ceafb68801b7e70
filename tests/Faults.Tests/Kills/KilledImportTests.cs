using SparseProf.Faults.Tests.Programs;
using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Kills;

public sealed class KilledImportTests : IDisposable
{
    private const int Rows = 20_000;
    private static readonly string[] s_tables = ["import", "imported_kernel", "imported_loss"];
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("kernels")]
    [InlineData("losses")]
    public void A_killed_import_has_taken_the_table_whole_or_not_at_all(string kind)
    {
        var csv = kind == "kernels" ? Inputs.KernelCsv(_scratch["table.csv"], Rows) : Inputs.LossCsv(_scratch["table.csv"], Rows);
        var whole = KillChain.TimeOf(Import(kind, csv, "undisturbed.db"));
        var expected = Sound.Content(_scratch["undisturbed.db"], s_tables);

        var chain = new KillChain(seed: 3);
        var usual = FaultCounts.Of(3);
        var taken = false;
        for (var round = 0; chain.Kills < usual; round++)
        {
            // Every other round begins with a database that holds something, which must stay.
            var database = $"killed{round / 4}.db";
            using var cli = chain.StartAndKill(whole, Import(kind, csv, database), out _);
            if (!Sound.HasBegun(_scratch[database]))
            {
                Assert.DoesNotContain("imported", cli.Output);
                continue;
            }

            Sound.Database(_scratch[database]);
            var content = Sound.Content(_scratch[database], s_tables);
            taken = content == expected;
            Assert.True(taken || content == string.Join('\n', s_tables), "a part of the table is there");
            if (cli.Output.Contains("imported into", StringComparison.Ordinal) || cli.Output.Contains("imported before", StringComparison.Ordinal))
                Assert.True(taken, "the import was acknowledged and is not there");
            if (round % 4 != 3)
                continue;
            Assert.Equal(0, CliProcess.Run(Import(kind, csv, database)).ExitCode);
            Assert.Equal(expected, Sound.Content(_scratch[database], s_tables));
        }

        FaultCounts.Tell($"kill -9 of importing {kind}", chain.Kills);
    }

    private string[] Import(string kind, string csv, string database) => kind == "kernels"
        ? ["import", "kernels", csv, "--profile", "nvidia-h200-sxm-141gb", "--db", _scratch[database]]
        : ["import", "losses", csv, "--db", _scratch[database]];
}
