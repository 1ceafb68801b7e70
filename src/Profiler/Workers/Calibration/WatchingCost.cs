using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Kernels.Cuda;

namespace SparseProf.Profiler.Workers.Calibration;

/// <summary>What reading NVML takes from what is timed meanwhile, and from the processor.</summary>
internal static class WatchingCost
{
    private const int Calls = 1000;
    private const int Rounds = 5;

    // Long enough for a share of readings every 20 ms.
    private static readonly TimeSpan s_reading = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// Share by which graphs of empty kernels take longer while NVML is read as often as during timing, in turns; and the share
    /// of one processor that reading takes.
    /// </summary>
    public static void Measure(CudaDevice device, Dictionary<string, double> found)
    {
        var empty = new EmptyWork(device);
        var (alone, watched) = (new List<double>(), new List<double>());
        var (read, elapsed) = (0.0, 0.0);
        for (var round = 0; round < Rounds; round++)
        {
            alone.AddRange(Times());
            using var recorder = device.RecordAsWatched()!;
            watched.AddRange(Times());
            Thread.Sleep(s_reading);
            elapsed += recorder.Elapsed.Value;
            recorder.Stop();
            read += recorder.ProcessorTime?.Value ?? double.NaN;
        }

        device.Forget(empty);
        found[PowerCalibration.SlowsBy] = OrderStatistics.Median([.. watched]) / OrderStatistics.Median([.. alone]) - 1;
        if (double.IsFinite(read))
            found[PowerCalibration.ProcessorShare] = read / elapsed;

        IEnumerable<double> Times() => Enumerable.Range(0, 20).Select(_ => device.Time(empty, TimingMode.Graph, Calls)!.Value.PerCall.Value).ToList();
    }
}
