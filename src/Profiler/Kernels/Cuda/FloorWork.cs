using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Devices.Cuda;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>A launch that does nothing: the floor under every time.</summary>
internal sealed class EmptyWork(CudaDevice device) : ITimedWork
{
    public int Copies => 1;

    public Bytes BytesPerCopy => new(0);

    public void Run(int copy)
    {
        if (device.OwnsThisThread)
            device.Helpers.Empty();
        else
            device.Invoke(device.Helpers.Empty);
    }
}

/// <summary>A copy within device memory: the bandwidth that a cold kernel cannot exceed. Counts bytes read and written.</summary>
internal sealed class CopyWork : ITimedWork, IDisposable
{
    private readonly CudaDevice _device;
    private readonly CudaBuffer _source;
    private readonly CudaBuffer _target;

    public CopyWork(CudaDevice device, ulong bytes)
    {
        _device = device;
        (_source, _target) = device.Invoke(() => (device.Context.Allocate(bytes), device.Context.Allocate(bytes)));
        device.Invoke(() => device.Helpers.Fill(_source.Address, bytes / 4, Ops.DType.Fp32, 1, 1));
    }

    public int Copies => 1;

    public Bytes BytesPerCopy => new(2.0 * _source.Bytes);

    public void Run(int copy)
    {
        if (_device.OwnsThisThread)
            Enqueue();
        else
            _device.Invoke(Enqueue);
    }

    public void Dispose() => _device.Invoke(() =>
    {
        _source.Dispose();
        _target.Dispose();
    });

    private void Enqueue() => _device.Context.Driver.CopyOnDevice(_target.Address, _source.Address, _source.Bytes, _device.Context.Stream);
}

/// <summary>What a GPU cannot go below or above, measured when a worker starts.</summary>
/// <param name="EmptyCall">One empty kernel inside a graph.</param>
/// <param name="CopyBandwidth">Bytes read and written by a large copy, per second.</param>
public sealed record DeviceFloors(Seconds EmptyCall, BytesPerSecond CopyBandwidth)
{
    public const string EmptyName = "empty_kernel_s";
    public const string CopyName = "copy_bandwidth_bytes_per_s";

    private const int EmptyCalls = 1000;
    private const int Repeats = 10;
    private const ulong CopyBytes = 1UL << 30;

    /// <summary>Steps of the event timer and of the GPU's wall clock, s; 0 where unknown.</summary>
    public (double Event, double WallClock) ClockSteps { get; init; }

    /// <summary>By the names under which they are stored.</summary>
    public Dictionary<string, double> Observations => new()
    {
        [EmptyName] = EmptyCall.Value,
        [CopyName] = CopyBandwidth.Value,
        ["event_step_s"] = ClockSteps.Event,
        ["wall_clock_step_s"] = ClockSteps.WallClock,
    };

    /// <summary>Null where the observations lack one.</summary>
    public static DeviceFloors? From(IReadOnlyDictionary<string, double> observations) =>
        observations.TryGetValue(EmptyName, out var empty) && observations.TryGetValue(CopyName, out var copy)
            ? new DeviceFloors(new Seconds(empty), new BytesPerSecond(copy))
            : null;

    public static DeviceFloors Measure(CudaDevice device)
    {
        var empty = new EmptyWork(device);
        var floor = Enumerable.Range(0, Repeats).Select(_ => device.Time(empty, Ops.TimingMode.Graph, EmptyCalls)!.Value.PerCall.Value).Order().ElementAt(Repeats / 2);
        var bytes = Math.Min(CopyBytes, (ulong)(device.FreeMemory.Value / 8) / 256 * 256);
        using var copy = new CopyWork(device, bytes);
        var time = Enumerable.Range(0, Repeats).Select(_ => device.Time(copy, Ops.TimingMode.Hot, 4)!.Value.PerCall.Value).Order().ElementAt(Repeats / 2);
        device.Forget(empty);
        device.Forget(copy);
        return new DeviceFloors(new Seconds(floor), copy.BytesPerCopy / new Seconds(time)) { ClockSteps = device.ClockSteps() };
    }
}
