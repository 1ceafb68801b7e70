using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cpu;

namespace SparseProf.Profiler.Doctor;

/// <summary>The processor, its memory and its energy counters.</summary>
public static class MachineChecks
{
    public static IEnumerable<DoctorCheck> Run()
    {
        using var device = new CpuDevice();
        var identity = device.Identity;
        yield return new DoctorCheck(
            "machine", "processor", DoctorStatus.Ok,
            $"{identity.Name}, {identity.Units} threads, {identity.Architecture}, last-level cache {SiFormat.Capacity(identity.LastLevelCache)}");
        yield return new DoctorCheck("machine", "memory", DoctorStatus.Ok, $"{SiFormat.Capacity(device.FreeMemory)} free of {SiFormat.Capacity(identity.Memory)}");
        yield return device.Power.MissingBecause is { } because
            ? new DoctorCheck("machine", "energy", DoctorStatus.Limited, $"not measured: {because}")
            : new DoctorCheck("machine", "energy", DoctorStatus.Ok, device.Power.Name);
    }
}
