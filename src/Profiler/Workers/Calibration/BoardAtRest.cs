using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Power;

namespace SparseProf.Profiler.Workers.Calibration;

/// <summary>What a board draws without work: with its clock down, and with one spinning block that keeps it up.</summary>
internal static class BoardAtRest
{
    private const double Time = 5;
    private const double QuickTime = 3;
    private const double SettlingTime = 2;
    private const double Piece = 0.2;

    /// <param name="suffix">Follows the names of <see cref="PowerCalibration"/>.</param>
    public static void Measure(CudaDevice device, bool quick, string suffix, Dictionary<string, double> found)
    {
        var time = quick ? QuickTime : Time;
        // A counter's step, the average's window and the clock's fall lie between load and rest.
        Thread.Sleep(TimeSpan.FromSeconds(SettlingTime));
        Mean(PowerCalibration.IdleName + suffix, NvmlWatch.During(device, () => Thread.Sleep(TimeSpan.FromSeconds(time))), found);
        Mean(PowerCalibration.ActiveIdleName + suffix, NvmlWatch.During(device, () => Spin(device, time)), found);
    }

    private static void Mean(string name, IReadOnlyList<NvmlReading> readings, Dictionary<string, double> found)
    {
        if (NvmlEnergy.Of(readings, readings[^1].Time) is not { } energy)
            return;
        found[name] = energy.Energy.Value / energy.Span.Value;
        found[name + PowerCalibration.Sigma] = energy.Uncertainty.Value / energy.Span.Value;
    }

    // In pieces: a GPU with a display ends kernels that last for seconds.
    private static void Spin(CudaDevice device, double time)
    {
        for (var spun = 0.0; spun < time; spun += Piece)
        {
            device.SpinOne((ulong)(Piece * 1e9));
            device.Synchronize();
        }
    }
}
