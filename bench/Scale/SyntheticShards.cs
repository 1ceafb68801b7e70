using Microsoft.Data.Sqlite;
using SparseProf.Ops;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Scale;

/// <summary>Databases as tasks of a sweep leave them, with synthetic samples: one is written, the others are copies under keys of their own.</summary>
internal static class SyntheticShards
{
    public static string[] Make(string folder, int shards, int measurements, int samples)
    {
        var files = Enumerable.Range(0, shards).Select(i => Path.Combine(folder, $"task{i:00000}.db")).ToArray();
        Write(files[0], measurements, samples);
        for (var i = 1; i < shards; i++)
        {
            File.Copy(files[0], files[i]);
            Rename(files[i], i);
        }

        return files;
    }

    private static void Write(string path, int measurements, int samples)
    {
        using (var writer = MeasurementWriter.Open(path))
        {
            var run = writer.BeginRun(
                new RunRow
                {
                    Key = "run-0",
                    StartedUtc = DateTimeOffset.UnixEpoch,
                    Command = "synthetic",
                    ProgramVersion = "0",
                    HostKey = "host",
                    HostSystem = "synthetic",
                    DeviceKind = "cpu",
                    DeviceName = "synthetic",
                    DeviceKey = "synthetic",
                    DeviceDriver = "",
                    DeviceArchitecture = "",
                    DeviceUnits = 1,
                    DeviceMemoryBytes = 1,
                    DeviceCacheBytes = 1,
                },
                []);
            var random = new Random(1);
            for (var i = 0; i < measurements; i++)
            {
                var op = new Gemm(new GemmShape(128, 1 + i, 768), DType.Fp32, new SparsityPattern.Unstructured(new(0.1)));
                var id = writer.BeginMeasurement(run, MeasurementCase.For(op, "csr", TimingMode.Hot, Execution.Sparse, verified: true));
                writer.AppendSamples(id, SampleKind.TimeS, [.. Enumerable.Range(0, samples).Select(_ => random.NextDouble())]);
                writer.CompleteMeasurement(id, new MeasurementResult { StopReason = "interval_narrow", ElapsedS = 1, SampleCount = samples, CallsPerSample = 1, WarmUpCalls = 1, EnergyMissingBecause = "synthetic" });
            }

            writer.EndRun(run, DateTimeOffset.UnixEpoch, "completed");
        }

        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private static void Rename(string path, int number)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Execute(connection, "PRAGMA synchronous = OFF");
        Execute(connection, $"UPDATE run SET key = 'run-{number}', started_utc = '2026-01-01T00:{number / 60:00}:{number % 60:00}.000Z'");
        Execute(connection, "UPDATE measurement SET key = lower(hex(randomblob(16)))");
        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
