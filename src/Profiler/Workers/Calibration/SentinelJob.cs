using System.Diagnostics;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Kernels.Cuda;
using SparseProf.Profiler.Sampling;

namespace SparseProf.Profiler.Workers.Calibration;

/// <summary>
/// One product and one copy, kept ready in a process of their own, so that each look at them times the very same work:
/// what moves between two looks is the GPU.
/// </summary>
internal sealed class SentinelJob : IDisposable
{
    public const string Kernel = "sentinel";

    private const double LargestCopy = 1 << 28;
    private const double ShareOfMemory = 1.0 / 32;
    private const double WarmSeconds = 2;
    private const int CallsAtOnce = 10;

    private readonly CudaDevice _device;
    private readonly GpuCase _product;
    private readonly CopyWork _copy;

    public SentinelJob(CudaDevice device, GpuWorkbench bench, GpuJob job)
    {
        _device = device;
        _product = bench.Prepare(job with { Kernel = "cublaslt" });
        _copy = new CopyWork(device, (ulong)Math.Min(LargestCopy, ShareOfMemory * device.FreeMemory.Value) / 256 * 256);
    }

    public static GpuJob For(Bytes memory)
    {
        var side = GpuKernelCases.SentinelSide(memory);
        return new GpuJob { Kernel = Kernel, M = side, N = side, K = side, Dtype = DType.Bf16.Name(), Quick = true };
    }

    /// <summary>Medians with their intervals, under the names of <see cref="SentinelCalibration"/>.</summary>
    public Dictionary<string, double> Look()
    {
        var found = new Dictionary<string, double>();
        Warm();
        Note(SentinelCalibration.ProductName, _product.Work, TimingMode.Graph);
        Note(SentinelCalibration.CopyName, _copy, TimingMode.Hot);
        return found;

        void Note(string name, Devices.ITimedWork work, TimingMode mode)
        {
            var plan = SamplingPlan.For(mode, quick: true) with { DutyCycle = BurstMeasurement.Duty };
            var median = MedianInterval.Of(new Sampler(_device).Measure(work, plan).Times);
            (found[name], found[name + SentinelCalibration.Low], found[name + SentinelCalibration.High]) = (median.Value, median.Low, median.High);
        }
    }

    // A product at the power limit takes 4 % longer on a warm H200 than on one that was at rest: each look finds it warm.
    private void Warm()
    {
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun).TotalSeconds < WarmSeconds)
            _device.Time(_product.Work, TimingMode.Graph, CallsAtOnce);
    }

    public void Dispose()
    {
        _device.Forget(_copy);
        _copy.Dispose();
        _product.Dispose();
    }
}
