using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.Nvml;

namespace SparseProf.Profiler.Doctor;

/// <summary>Which of NVML's values a GPU answers; virtual machines refuse some.</summary>
internal static class CudaPowerFields
{
    private static readonly NvmlField[] s_fields = Enum.GetValues<NvmlField>();

    public static IEnumerable<DoctorCheck> Of(int gpu)
    {
        var toolkit = CudaToolkit.OfThisMachine();
        toolkit.Driver.Initialize();
        using var monitor = GpuMonitor.TryOpen(toolkit, toolkit.Driver.PciBusId(toolkit.Driver.Device(gpu)), out var problem);
        return monitor is null ? [new DoctorCheck("cuda", "nvml", DoctorStatus.Limited, $"{problem}; no power and no clocks")] : [.. Answers(monitor)];
    }

    private static IEnumerable<DoctorCheck> Answers(GpuMonitor monitor)
    {
        var values = monitor.Nvml.Fields(monitor.Device, s_fields);
        var refused = values.Where(value => value.Status != NvmlStatus.Success)
            .Select(value => $"{(NvmlField)value.FieldId} ({monitor.Nvml.ErrorText(value.Status)})")
            .ToList();
        yield return refused.Count == 0
            ? new DoctorCheck("cuda", "nvml fields", DoctorStatus.Ok, $"all {s_fields.Length} answer")
            : new DoctorCheck("cuda", "nvml fields", DoctorStatus.Limited, "refused: " + string.Join(", ", refused));
        yield return monitor.Nvml.TryTotalEnergy(monitor.Device) is { } energy
            ? new DoctorCheck("cuda", "energy counter", DoctorStatus.Ok, $"{energy * 1e-3:0} J since the driver was loaded")
            : new DoctorCheck("cuda", "energy counter", DoctorStatus.Limited, "refused; power is integrated instead");
        yield return monitor.Nvml.TryClockReasons(monitor.Device) is { } reasons
            ? new DoctorCheck("cuda", "clock reasons", DoctorStatus.Ok, reasons.ToString())
            : new DoctorCheck("cuda", "clock reasons", DoctorStatus.Limited, "refused; power capping is told from counters alone");
    }
}
