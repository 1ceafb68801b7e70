using SparseProf.Store.Rows;

namespace SparseProf.Cli.Tests.Measure;

/// <summary>A run of a planted machine.</summary>
internal static class PlantedRun
{
    public static RunRow Completed { get; } = new()
    {
        Id = 7,
        StartedUtc = DateTimeOffset.UnixEpoch,
        EndedUtc = DateTimeOffset.UnixEpoch.AddMinutes(1),
        Outcome = "completed",
        Command = "sparseprof measure",
        ProgramVersion = "0.1.0",
        HostKey = "host",
        HostSystem = "Linux",
        DeviceKind = "cpu",
        DeviceName = "Some CPU",
        DeviceKey = "device",
        DeviceDriver = "6.1",
        DeviceArchitecture = "avx512",
        DeviceUnits = 2,
        DeviceMemoryBytes = 8L << 30,
    };

    public static AttemptRow WrongResult { get; } = new()
    {
        CaseKey = "case",
        AtUtc = DateTimeOffset.UnixEpoch,
        Op = "softmax rows=8",
        Kernel = "torch",
        Status = "wrong_result",
        Message = "relative error 2e-1 is above the tolerance 1e-3",
    };
}
