using SparseProf.Profiler.Devices.Cuda.Native.Driver;

namespace SparseProf.Profiler.Devices.Cuda;

/// <summary>
/// Holds the stream until the host has queued everything, so that launch latency stays outside the timed stretch. While
/// it is closed nothing may be called that waits for the GPU; a call that does anyway meets the limit, and the gate says so.
/// </summary>
internal sealed unsafe class StreamGate : IDisposable
{
    private const ulong LimitNanoseconds = 2_000_000_000;

    private readonly CudaDriver _driver;
    private readonly HelperModule _helpers;
    private readonly uint* _words;
    private readonly ulong _address;

    public StreamGate(CudaDriver driver, HelperModule helpers)
    {
        _driver = driver;
        _helpers = helpers;
        _words = (uint*)driver.AllocateMapped(2 * sizeof(uint));
        _address = driver.DeviceAddress((nint)_words);
    }

    public void Close()
    {
        Volatile.Write(ref _words[0], 0);
        Volatile.Write(ref _words[1], 0);
        _helpers.Hold(_address, _address + sizeof(uint), LimitNanoseconds);
    }

    public void Open() => Volatile.Write(ref _words[0], 1);

    /// <summary>Whether the gate was closed for so long that the GPU went on by itself; ask after synchronizing.</summary>
    public bool GaveUp => Volatile.Read(ref _words[1]) != 0;

    public void Dispose() => _driver.FreeMapped((nint)_words);
}
