using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda.Native.Driver;

namespace SparseProf.Profiler.Devices.Cuda;

/// <summary>
/// The most device memory that this process has taken since a moment: the high water of the profiler's own buffers, or what
/// the driver misses, which libraries and libtorch's cache have taken too. Other processes that allocate meanwhile count
/// in the latter. Lives on the CUDA thread.
/// </summary>
internal sealed class DeviceMemoryPeak
{
    private readonly CudaDriver _driver;
    private readonly ulong _free;
    private readonly ulong _live;

    public DeviceMemoryPeak(CudaDriver driver)
    {
        _driver = driver;
        _free = driver.MemoryInfo().Free;
        _live = driver.Usage.Live;
        driver.Usage.Restart();
    }

    public Bytes Value
    {
        get
        {
            var free = _driver.MemoryInfo().Free;
            return new Bytes(Math.Max(_driver.Usage.Peak - _live, free < _free ? _free - free : 0));
        }
    }

    /// <summary>How the scope is named in the store.</summary>
    public static string Scope(int copies) => copies > 1 ? $"device, with {copies} copies of the operands" : "device";
}

/// <summary>Bytes in buffers of the profiler's own.</summary>
internal sealed class DeviceMemoryUsage
{
    public ulong Live { get; private set; }

    /// <summary>The most since the last restart.</summary>
    public ulong Peak { get; private set; }

    public void Restart() => Peak = Live;

    public void Add(ulong bytes) => Peak = Math.Max(Peak, Live += bytes);

    public void Remove(ulong bytes) => Live -= bytes;
}
