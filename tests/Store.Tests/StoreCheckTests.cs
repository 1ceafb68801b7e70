using Microsoft.Data.Sqlite;
using SparseProf.Ops.Errors;
using SparseProf.Store.Rows;
using SparseProf.Store.Sqlite;

namespace SparseProf.Store.Tests;

public sealed class StoreCheckTests : IDisposable
{
    private readonly TemporaryDatabase _database = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _database.Dispose();

    [Fact]
    public void Every_row_that_the_writer_appends_and_completes_agrees_with_its_checksum()
    {
        Fill();
        Assert.Equal((5L, 0L), StoreCheck.Check(_database.Path, Cancel));
    }

    [Theory]
    [InlineData("UPDATE run SET host_system = 'another'")]
    [InlineData("UPDATE measurement SET elapsed_s = elapsed_s + 1")]
    [InlineData("UPDATE measurement SET m = NULL")]
    [InlineData("UPDATE sample SET samples = zeroblob(16)")]
    [InlineData("UPDATE caveat SET evidence = ''")]
    [InlineData("UPDATE run SET checksum = NULL")]
    [InlineData("UPDATE measurement SET checksum = NULL")]
    [InlineData("UPDATE sample SET checksum = NULL")]
    [InlineData("UPDATE caveat SET checksum = NULL")]
    public void A_row_that_was_changed_is_named_by_its_table(string sql)
    {
        Fill();
        Execute(sql);

        var error = Assert.Throws<UserErrorException>(() => StoreCheck.Check(_database.Path, Cancel));

        Assert.Contains($"row 1 of the table {sql.Split(' ')[1]} is not what was written", error.Message);
        Assert.Equal(_database.Path, error.Where);
    }

    [Fact]
    public void Rows_of_an_older_schema_have_no_checksum_and_are_kept()
    {
        Fill();
        foreach (var table in Texts("SELECT name FROM sqlite_schema WHERE type = 'table'"))
            Execute($"ALTER TABLE {table} DROP COLUMN checksum");
        Execute("PRAGMA user_version = 2");

        using (var writer = MeasurementWriter.Open(_database.Path))
            writer.BeginRun(Some.Run(), []);

        Assert.Equal((1L, 5L), StoreCheck.Check(_database.Path, Cancel));
    }

    [Fact]
    public void A_change_that_a_killed_program_left_half_done_is_undone_before_reading()
    {
        var killed = Path.Combine(_database.Folder, "killed.db");
        Fill();
        using (var connection = new SqliteConnection($"Data Source={_database.Path};Pooling=False"))
        {
            connection.Open();
            connection.Execute("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; PRAGMA cache_spill = 1");
            using var transaction = connection.BeginTransaction();
            for (var i = 0; i < 200; i++)
                Run(connection, transaction, $"INSERT INTO caveat (measurement_id, name, evidence) VALUES (1, 'half done {i}', '{new string('x', 1000)}')");
            // What a kill -9 leaves: pages that were written before their transaction ended, and the journal that undoes them.
            File.Copy(_database.Path, killed);
            File.Copy(_database.Path + "-journal", killed + "-journal");
        }

        using (var reader = MeasurementReader.Open(killed))
            Assert.Equal(1, reader.Query<long>("SELECT count(*) FROM caveat")[0]);
        Assert.Equal((5L, 0L), StoreCheck.Check(killed, Cancel));
    }

    private void Fill()
    {
        using var writer = MeasurementWriter.Open(_database.Path);
        var run = writer.BeginRun(Some.Run(), [new LibraryRow { Name = "library", Version = "1" }]);
        var id = writer.BeginMeasurement(run, Some.Case());
        writer.AppendSamples(id, SampleKind.TimeS, [1, 2]);
        writer.CompleteMeasurement(id, Some.Result() with { Caveats = [new Ops.ObservedCaveat(Ops.Caveat.Synthetic, "made up")] });
        writer.EndRun(run, DateTimeOffset.UnixEpoch, "completed");
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_database.Path};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }

    private List<string> Texts(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_database.Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var texts = new List<string>();
        while (reader.Read())
            texts.Add(reader.GetString(0));
        return texts;
    }

    private static void Run(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
