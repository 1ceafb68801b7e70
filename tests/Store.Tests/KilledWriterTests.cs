using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SparseProf.Ops.Errors;
using SparseProf.Store.Sqlite;

namespace SparseProf.Store.Tests;

public sealed class KilledWriterTests : IDisposable
{
    private const int Kills = 6;
    private readonly TemporaryDatabase _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public void A_killed_writer_leaves_a_sound_database_with_everything_it_acknowledged()
    {
        var acknowledged = new Dictionary<long, int>();
        var random = new Random(1);
        long next = 1;
        for (var kill = 0; kill < Kills; kill++)
        {
            foreach (var (m, samples) in WriteUntilKilled(next, lines: random.Next(1, 200)))
                acknowledged[m] = samples;

            using var reader = MeasurementReader.Open(_database.Path);
            Assert.Equal("ok", Assert.Single(reader.Query<string>("PRAGMA integrity_check")));
            Assert.Empty(reader.Query<string>("PRAGMA foreign_key_check"));
            var stored = reader.Measurements(completeOnly: false).ToDictionary(row => row.M!.Value);
            foreach (var (m, samples) in acknowledged)
                Assert.True(reader.Samples(stored[m].Id).Length >= samples, $"measurement {m} lost acknowledged samples");
            Assert.All(stored.Values.Where(row => row.Complete), row => Assert.Equal(10, reader.Samples(row.Id).Length));

            // Resume: the next process goes on behind what is complete, as by the case keys.
            next = stored.Keys.Max() + 1;
            Assert.Equal(stored.Values.Count(row => row.Complete), reader.CompletedCaseKeys().Count);
        }
    }

    [Fact]
    public void A_full_disk_is_told_and_nothing_stored_is_lost()
    {
        using (var writer = MeasurementWriter.Open(_database.Path))
            writer.BeginRun(Some.Run(), []);

        // As many pages as there are: SQLite then answers as on a full disk.
        using (var full = new SqliteConnection($"Data Source={_database.Path};Pooling=False"))
        {
            full.Open();
            full.Execute("PRAGMA max_page_count = 1");
            var error = Assert.Throws<SqliteException>(() => full.Execute("CREATE TABLE more AS SELECT randomblob(100000) AS bytes"));
            var told = StoreErrors.Translate(error, _database.Path);
            Assert.Equal(("the disk is full", ErrorKind.Failed), (told.Message, told.Kind));
        }

        using var reader = MeasurementReader.Open(_database.Path);
        Assert.Single(reader.Runs());
    }

    /// <summary>What the process acknowledged: samples by measurement. It is killed after some lines, in the middle of its work.</summary>
    private List<(long Measurement, int Samples)> WriteUntilKilled(long first, int lines)
    {
        var host = Path.Combine(AppContext.BaseDirectory, "SparseProf.StoreKillHost.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [host, _database.Path, first.ToString()]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var acknowledged = new List<(long, int)>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.Split(' ') is [var measurement, var samples])
                acknowledged.Add((long.Parse(measurement), int.Parse(samples)));
            if (--lines == 0)
                process.Kill();
        }

        process.WaitForExit();
        return acknowledged;
    }
}
