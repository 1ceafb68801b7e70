using SparseProf.Profiler.Devices;

namespace SparseProf.Profiler.Tests.Workers;

/// <summary>A GPU of which only the identity exists.</summary>
internal static class PlantedGpu
{
    public static DeviceIdentity Identity { get; } = new()
    {
        Kind = "cuda",
        Name = "planted",
        Key = "planted",
        Driver = "1",
        Architecture = "sm_90",
        Units = 132,
        Memory = new(80e9),
        LastLevelCache = new(50e6),
    };
}
