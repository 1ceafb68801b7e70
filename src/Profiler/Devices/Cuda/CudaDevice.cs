using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Power;

namespace SparseProf.Profiler.Devices.Cuda;

/// <summary>An NVIDIA GPU. All CUDA calls run on one thread, in the primary context, on one stream.</summary>
public sealed class CudaDevice : IDevice
{
    // Launches that a device queues without blocking the host, with room to spare.
    private const int MaxQueuedCalls = 256;
    private const int MaxGraphCalls = 2000;

    // Rotating over three times the L2 evicts each copy before it comes round again.
    private const double EvictingFactor = 3;

    private readonly CudaThread _thread = new();
    private readonly CudaTimer _timer;
    private readonly GpuMonitor? _monitor;

    private CudaDevice(CudaToolkit toolkit, int index)
    {
        try
        {
            (Context, Helpers, _timer) = _thread.Invoke(() =>
            {
                var context = new CudaContext(toolkit, index);
                var helpers = new HelperModule(context);
                return (context, helpers, new CudaTimer(context, helpers));
            });
        }
        catch
        {
            _thread.Dispose();
            throw;
        }

        _monitor = GpuMonitor.TryOpen(toolkit, Context.Driver.PciBusId(Context.Device), out var missingBecause);
        Identity = CudaIdentity.Read(Context.Driver, index, _monitor, missingBecause);
        Power = _monitor is null ? new NoPower(missingBecause!) : new NvmlPower(_monitor.Nvml, _monitor.Device);
    }

    public DeviceIdentity Identity { get; }

    public Seconds TimerResolution { get; } = new(0.5e-6);

    public Bytes FreeMemory => new(_thread.Invoke(() => Context.Driver.MemoryInfo().Free));

    public IPowerSource Power { get; }

    internal CudaContext Context { get; }

    internal HelperModule Helpers { get; }

    /// <exception cref="Ops.Errors.UserErrorException">No driver, no such GPU, or a library is missing.</exception>
    public static CudaDevice Open(int index) => Open(CudaToolkit.OfThisMachine(), index);

    internal static CudaDevice Open(CudaToolkit toolkit, int index) => new(toolkit, index);

    public Timing? Time(ITimedWork work, TimingMode mode, int calls, int firstCopy = 0) =>
        _thread.Invoke(() => _timer.Time(work, mode, calls, firstCopy));

    public bool Supports(TimingMode mode) => true;

    // One pass of a model is hundreds of launches; a graph of several would hold thousands of nodes for nothing.
    public int MaxCallsPerSample(ITimedWork work, TimingMode mode) => work.HostBound ? 1 : mode switch
    {
        TimingMode.Graph => MaxGraphCalls,
        TimingMode.Hot => MaxQueuedCalls,
        _ => work.Copies * work.BytesPerCopy.Value >= EvictingFactor * Identity.LastLevelCache.Value ? MaxQueuedCalls : 1,
    };

    public void Synchronize() => _thread.Invoke(Context.Synchronize);

    public IDeviceWatch Watch() => _monitor is null ? new BlindWatch() : new CudaWatch(_monitor);

    public void Dispose()
    {
        _thread.Invoke(() =>
        {
            _timer.Dispose();
            Helpers.Dispose();
            Context.Dispose();
        });
        _monitor?.Dispose();
        _thread.Dispose();
    }

    /// <summary>Why launch latency could not be hidden in the usual way for the work; null where it could.</summary>
    internal string? FallbackOf(ITimedWork work) => _thread.Invoke(() => _timer.FallbackOf(work));

    /// <summary>What one call of the work launches; empty where it cannot be captured.</summary>
    internal IReadOnlyList<Native.Driver.CapturedKernel> KernelsOf(ITimedWork work) => _thread.Invoke(() => _timer.KernelsOf(work));

    /// <summary>Drops what was kept to time a work; call before its memory goes.</summary>
    internal void Forget(ITimedWork work) => _thread.Invoke(() => _timer.Forget(work));

    /// <summary>Steps of the event timer and of the GPU's wall clock, s.</summary>
    internal (double Event, double WallClock) ClockSteps() => _thread.Invoke(_timer.Steps);

    /// <summary>Reads power and energy at an interval; null where NVML does not answer.</summary>
    internal NvmlRecorder? RecordPower(TimeSpan interval) =>
        _monitor is null ? null : new NvmlRecorder(_monitor.Nvml, _monitor.Device, interval, energyOnly: true);

    /// <summary>Reads everything that a watch reads, as often as it does; null where NVML does not answer.</summary>
    internal NvmlRecorder? RecordAsWatched() =>
        _monitor is null ? null : new NvmlRecorder(_monitor.Nvml, _monitor.Device, CudaWatch.Interval, energyOnly: false);

    /// <summary>Starts full load on all multiprocessors for a while.</summary>
    internal void Burn(ulong nanoseconds) => _thread.Invoke(() => Helpers.Burn(nanoseconds, _timer.SinkAddress));

    /// <summary>Starts a single block that spins: the clock stays up and hardly anything is drawn for work.</summary>
    internal void SpinOne(ulong nanoseconds) => _thread.Invoke(() => Helpers.SpinOne(nanoseconds, _timer.SinkAddress));

    internal bool OwnsThisThread => _thread.IsCurrent;

    /// <summary>Runs on the thread that owns the context.</summary>
    internal T Invoke<T>(Func<T> action) => _thread.Invoke(action);

    internal void Invoke(Action action) => _thread.Invoke(action);
}
