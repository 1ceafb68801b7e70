using SparseProf.Ops;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.CostModel.Tests.Decisions;

/// <summary>A database with planted runs, in a folder of its own; also compiled into the tests of the command line.</summary>
internal sealed class PlantedStore : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-planted-").FullName;

    public string File(string name) => System.IO.Path.Combine(_folder, name);

    public string Path => File("planted.db");

    /// <summary>A run whose kernels take these times; each time is one measurement of seven nearly equal samples.</summary>
    public long Run(string device, params (Op Op, string Kernel, double Seconds)[] kernels)
    {
        using var writer = MeasurementWriter.Open(Path);
        var run = writer.BeginRun(On(device), []);
        foreach (var (op, kernel, seconds) in kernels)
        {
            var described = MeasurementCase.For(op, kernel, TimingMode.Hot, Execution.Dense, verified: true);
            var id = writer.BeginMeasurement(run, described with { Execution = described.Pattern == "dense" ? Execution.Dense : Execution.Sparse, Threads = 2 });
            writer.AppendSamples(id, SampleKind.TimeS, [.. Enumerable.Range(-3, 7).Select(i => seconds * (1 + 0.001 * i))]);
            writer.CompleteMeasurement(id, new MeasurementResult { StopReason = "interval_narrow", ElapsedS = 1, SampleCount = 7, CallsPerSample = 1, WarmUpCalls = 1, EnergyMissingBecause = "planted" });
        }

        writer.EndRun(run, DateTimeOffset.UnixEpoch, "completed");
        return run;
    }

    /// <summary>A run on a planted device.</summary>
    public static RunRow On(string device) => new()
    {
        StartedUtc = DateTimeOffset.UnixEpoch,
        Command = "measure",
        ProgramVersion = "0.1.0",
        HostKey = "host",
        HostSystem = "Linux",
        DeviceKind = "gpu",
        DeviceName = $"Planted {device}",
        DeviceKey = device,
        DeviceDriver = "1",
        DeviceArchitecture = "planted",
        DeviceUnits = 100,
        DeviceMemoryBytes = 80e9,
        DeviceCacheBytes = 50e6,
    };

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
