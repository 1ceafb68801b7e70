using SparseProf.Profiler.Devices.Cuda;

namespace SparseProf.Profiler.Workers.Calibration;

/// <summary>
/// Calibrates NVML: a square wave of load watched as fast as NVML answers, what the board draws at rest, and whether
/// watching slows what is watched.
/// </summary>
internal static class PowerMeterJob
{
    public const string Kernel = "power_meter";

    /// <summary>What the board draws at rest again at the end of a run: temperature and leakage have moved by then.</summary>
    public const string RestKernel = "power_rest";

    public static bool Is(string kernel) => kernel is Kernel or RestKernel;

    /// <summary>Names and figures in SI units; empty where the GPU's power cannot be read.</summary>
    public static Dictionary<string, double> Run(CudaDevice device, GpuJob job)
    {
        var found = new Dictionary<string, double>();
        if (device.Power.MissingBecause is not null)
            return found;
        if (job.Kernel == RestKernel)
        {
            BoardAtRest.Measure(device, job.Quick, PowerCalibration.AtEnd, found);
            return found;
        }

        SquareWave.Measure(device, found);
        BoardAtRest.Measure(device, job.Quick, "", found);
        WatchingCost.Measure(device, found);
        return found;
    }
}
