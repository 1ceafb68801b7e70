using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Tests.Training;

internal static class Runs
{
    public static RunRow Some() => new()
    {
        StartedUtc = DateTimeOffset.UnixEpoch,
        Command = "sparseprof train",
        ProgramVersion = "0",
        HostKey = "host",
        HostSystem = "Linux",
        DeviceKind = "cpu",
        DeviceName = "Some CPU",
        DeviceKey = "device",
        DeviceDriver = "6.1",
        DeviceArchitecture = "avx2",
    };
}
