using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Power;

namespace SparseProf.Profiler.Workers.Calibration;

/// <summary>What NVML says during a load, read as fast as it answers.</summary>
internal static class NvmlWatch
{
    /// <param name="begun">Hears when the watch began.</param>
    public static IReadOnlyList<NvmlReading> During(CudaDevice device, Action load, Action<NvmlRecorder>? begun = null)
    {
        using var recorder = device.RecordPower(TimeSpan.FromMilliseconds(1))!;
        begun?.Invoke(recorder);
        load();
        return recorder.Stop();
    }
}
