using Microsoft.Data.Sqlite;
using SparseProf.Ops.Errors;
using SparseProf.Store.Sqlite;

namespace SparseProf.Store.Tests;

public sealed class OpeningTests : IDisposable
{
    private readonly TemporaryDatabase _database = new();

    public void Dispose() => _database.Dispose();

    // The WAL-reset bug, mended in 3.51.3.
    [Fact]
    public void SQLite_is_one_whose_databases_survive_programs_that_write_at_the_same_time()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();

        Assert.True(Version.Parse(connection.ServerVersion) >= new Version(3, 51, 3), connection.ServerVersion);
    }

    [Fact]
    public void A_file_that_is_not_a_database_is_refused_and_unchanged()
    {
        File.WriteAllText(_database.Path, "name,value\n1,2\n" + new string('x', 5000));
        var before = File.ReadAllBytes(_database.Path);
        AssertRefused("the file is not a SQLite database", ErrorKind.WrongUsage);
        Assert.Equal(before, File.ReadAllBytes(_database.Path));
    }

    [Fact]
    public void A_database_of_another_program_is_refused_and_unchanged()
    {
        Execute("CREATE TABLE bookmark (url TEXT)");
        var before = File.ReadAllBytes(_database.Path);
        AssertRefused("the database belongs to another program", ErrorKind.WrongUsage);
        Assert.Equal(before, File.ReadAllBytes(_database.Path));
    }

    [Fact]
    public void A_newer_schema_is_refused_and_names_both_versions()
    {
        MeasurementWriter.Open(_database.Path).Dispose();
        Execute("PRAGMA user_version = 99");
        AssertRefused($"the database has schema 99, this SparseProf knows up to {Schema.Version}", ErrorKind.WrongUsage);
    }

    [Fact]
    public void An_older_schema_is_upgraded_in_one_transaction()
    {
        using var connection = new SqliteConnection($"Data Source={_database.Path};Pooling=False");
        connection.Open();
        Schema.CreateOrUpgrade(connection, _database.Path, "CREATE TABLE a (x)", []);
        Schema.CreateOrUpgrade(connection, _database.Path, "", ["ALTER TABLE a ADD COLUMN y", "ALTER TABLE a ADD COLUMN z"]);
        Assert.Equal(3, connection.Scalar("PRAGMA user_version"));
        Assert.Throws<SqliteException>(() => Schema.CreateOrUpgrade(connection, _database.Path, "", ["", "", "CREATE TABLE b (x)", "not SQL"]));
        Assert.Equal(3, connection.Scalar("PRAGMA user_version"));
        Assert.Equal(1, connection.Scalar("SELECT count(*) FROM sqlite_schema"));
    }

    [Fact]
    public void A_missing_folder_and_a_folder_in_place_of_a_file_are_named()
    {
        var missing = Path.Combine(_database.Folder, "no", "such.db");
        Assert.Equal($"the folder '{Path.GetDirectoryName(missing)}' does not exist", Assert.Throws<UserErrorException>(() => MeasurementWriter.Open(missing)).Message);
        Assert.Equal("the path names a folder, not a file", Assert.Throws<UserErrorException>(() => MeasurementWriter.Open(_database.Folder)).Message);
    }

    [Fact]
    public void Reading_needs_a_database_that_is_there()
    {
        Assert.Equal("there is no database", Assert.Throws<UserErrorException>(() => MeasurementReader.Open(_database.Path)).Message);
        File.WriteAllBytes(_database.Path, []);
        Assert.Equal("the database is empty", Assert.Throws<UserErrorException>(() => MeasurementReader.Open(_database.Path)).Message);
        Assert.Empty(File.ReadAllBytes(_database.Path));
    }

    [Fact]
    public void A_damaged_database_says_so()
    {
        using (var writer = MeasurementWriter.Open(_database.Path))
        {
            for (var i = 0; i < 50; i++)
                writer.BeginRun(Some.Run() with { SettingsJson = $"\"{new string('x', 2000)}\"" }, []);
        }

        var bytes = File.ReadAllBytes(_database.Path);
        Array.Fill(bytes, (byte)0xA5, 4096, bytes.Length - 4096);
        File.WriteAllBytes(_database.Path, bytes);
        var error = Assert.Throws<UserErrorException>(() =>
        {
            using var reader = MeasurementReader.Open(_database.Path);
            reader.Runs();
        });
        Assert.Equal("the database is damaged", error.Message);
    }

    [Fact]
    public void A_database_locked_by_another_writer_is_told_after_some_patience()
    {
        using var writer = MeasurementWriter.Open(_database.Path);
        var run = writer.BeginRun(Some.Run(), []);
        using var other = new SqliteConnection($"Data Source={_database.Path};Pooling=False");
        other.Open();
        using (other.BeginTransaction(deferred: false))
        {
            var error = Assert.Throws<UserErrorException>(() => writer.AppendCalibration(run, "x", 1));
            Assert.Equal("another program kept the database locked for 5 s", error.Message);
        }

        writer.AppendCalibration(run, "x", 1);
    }

    [Fact]
    public void A_database_that_was_removed_stops_the_run()
    {
        using var writer = MeasurementWriter.Open(_database.Path);
        var run = writer.BeginRun(Some.Run(), []);
        File.Delete(_database.Path);
        Assert.Equal("the database was removed or replaced while it was written to", Assert.Throws<UserErrorException>(() => writer.BeginMeasurement(run, Some.Case())).Message);
    }

    private void AssertRefused(string message, ErrorKind kind)
    {
        var writing = Assert.Throws<UserErrorException>(() => MeasurementWriter.Open(_database.Path));
        Assert.Equal((message, kind, _database.Path), (writing.Message, writing.Kind, writing.Where));
        Assert.Equal(message, Assert.Throws<UserErrorException>(() => MeasurementReader.Open(_database.Path)).Message);
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_database.Path};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }
}
