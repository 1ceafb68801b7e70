using Microsoft.Data.Sqlite;
using SparseProf.Ops;
using SparseProf.Store;
using SparseProf.Store.Rows;
using SparseProf.Store.Sqlite;

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
        connection.CreateFunction("row_sum", (string column, string text) => (long)RowChecksum.OfCell(column, text));
        connection.CreateFunction("exclusive_or", (long a, long b) => a ^ b);
        Replace(connection, "run", "key", $"'run-{number}'");
        Replace(connection, "run", "started_utc", $"'2026-01-01T{number / 3600:00}:{number / 60 % 60:00}:{number % 60:00}.000Z'");
        Replace(connection, "measurement", "key", $"printf('%08x%08x', {number}, id)");
        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// <summary>Sets a column of every row and keeps the rows' checksums right.</summary>
    private static void Replace(SqliteConnection connection, string table, string column, string value) => Execute(
        connection,
        $"UPDATE {table} SET {column} = {value}, checksum = exclusive_or(checksum, exclusive_or(row_sum('{column}', {column}), row_sum('{column}', {value})))");

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
