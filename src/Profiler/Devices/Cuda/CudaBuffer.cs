using System.Runtime.InteropServices;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.Driver;

namespace SparseProf.Profiler.Devices.Cuda;

/// <summary>Device memory; allocations are aligned to 256 bytes.</summary>
internal sealed unsafe class CudaBuffer : IDisposable
{
    private readonly CudaDriver _driver;

    public CudaBuffer(CudaDriver driver, ulong bytes)
    {
        _driver = driver;
        Bytes = bytes;
        if (bytes == 0)
            return;
        Address = driver.Allocate(bytes);
        driver.Usage.Add(bytes);
    }

    public ulong Address { get; private set; }

    public ulong Bytes { get; }

    public void CopyFrom<T>(ReadOnlySpan<T> source)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(source);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)bytes.Length, Bytes, nameof(source));
        fixed (byte* pointer = bytes)
            _driver.CopyToDevice(Address, pointer, (ulong)bytes.Length);
    }

    /// <param name="offset">In bytes.</param>
    public T[] ToArray<T>(int length, ulong offset = 0)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + (ulong)length * (ulong)sizeof(T), Bytes, nameof(length));
        var array = new T[length];
        fixed (T* pointer = array)
            _driver.CopyToHost(pointer, Address + offset, (ulong)length * (ulong)sizeof(T));
        return array;
    }

    // Freeing in a broken context fails as everything else does there; the memory goes with the process.
    public void Dispose()
    {
        if (Address == 0)
            return;
        try
        {
            _driver.Usage.Remove(Bytes);
            _driver.Free(Address);
        }
        catch (CudaCallException error) when (error.Failure == CudaFailure.Sticky)
        {
        }

        Address = 0;
    }
}
