namespace SparseProf.Profiler.Devices.Cuda.Native.Driver;

/// <summary>Device and pinned host memory.</summary>
internal sealed unsafe partial class CudaDriver
{
    public DeviceMemoryUsage Usage { get; } = new();

    public ulong Allocate(ulong bytes)
    {
        ulong address;
        Check(((delegate* unmanaged[Cdecl]<ulong*, nuint, int>)Memory.Alloc)(&address, (nuint)bytes), "cuMemAlloc_v2", $"{bytes} bytes");
        return address;
    }

    public void Free(ulong address) => Check(((delegate* unmanaged[Cdecl]<ulong, int>)Memory.Free)(address), "cuMemFree_v2");

    public (ulong Free, ulong Total) MemoryInfo()
    {
        nuint free;
        nuint total;
        Check(((delegate* unmanaged[Cdecl]<nuint*, nuint*, int>)Memory.Info)(&free, &total), "cuMemGetInfo_v2");
        return (free, total);
    }

    /// <summary>Pinned host memory that kernels can read and write at <see cref="DeviceAddress"/>.</summary>
    public nint AllocateMapped(ulong bytes)
    {
        void* host;
        Check(
            ((delegate* unmanaged[Cdecl]<void**, nuint, uint, int>)Memory.HostAlloc)(&host, (nuint)bytes, HostAllocFlags.Portable | HostAllocFlags.DeviceMap),
            "cuMemHostAlloc");
        return (nint)host;
    }

    public ulong DeviceAddress(nint mapped)
    {
        ulong address;
        Check(((delegate* unmanaged[Cdecl]<ulong*, void*, uint, int>)Memory.HostDevicePointer)(&address, (void*)mapped, 0), "cuMemHostGetDevicePointer_v2");
        return address;
    }

    public void FreeMapped(nint mapped) => Check(((delegate* unmanaged[Cdecl]<void*, int>)Memory.FreeHost)((void*)mapped), "cuMemFreeHost");

    public void CopyToDevice(ulong target, void* source, ulong bytes) =>
        Check(((delegate* unmanaged[Cdecl]<ulong, void*, nuint, int>)Memory.CopyHtoD)(target, source, (nuint)bytes), "cuMemcpyHtoD_v2");

    public void CopyToHost(void* target, ulong source, ulong bytes) =>
        Check(((delegate* unmanaged[Cdecl]<void*, ulong, nuint, int>)Memory.CopyDtoH)(target, source, (nuint)bytes), "cuMemcpyDtoH_v2");

    public void CopyOnDevice(ulong target, ulong source, ulong bytes, nint stream) =>
        Check(((delegate* unmanaged[Cdecl]<ulong, ulong, nuint, nint, int>)Memory.CopyDtoDAsync)(target, source, (nuint)bytes, stream), "cuMemcpyDtoDAsync_v2");

    /// <summary>Fills <paramref name="words"/> 32-bit words.</summary>
    public void Fill(ulong target, uint value, ulong words, nint stream) =>
        Check(((delegate* unmanaged[Cdecl]<ulong, uint, nuint, nint, int>)Memory.SetD32Async)(target, value, (nuint)words, stream), "cuMemsetD32Async");

    private sealed class MemoryCalls(NativeLibraryFile library)
    {
        public readonly nint Alloc = library.Require("cuMemAlloc_v2");
        public readonly nint Free = library.Require("cuMemFree_v2");
        public readonly nint Info = library.Require("cuMemGetInfo_v2");
        public readonly nint HostAlloc = library.Require("cuMemHostAlloc");
        public readonly nint FreeHost = library.Require("cuMemFreeHost");
        public readonly nint HostDevicePointer = library.Require("cuMemHostGetDevicePointer_v2");
        public readonly nint CopyHtoD = library.Require("cuMemcpyHtoD_v2");
        public readonly nint CopyDtoH = library.Require("cuMemcpyDtoH_v2");
        public readonly nint CopyDtoDAsync = library.Require("cuMemcpyDtoDAsync_v2");
        public readonly nint SetD32Async = library.Require("cuMemsetD32Async");
    }
}
