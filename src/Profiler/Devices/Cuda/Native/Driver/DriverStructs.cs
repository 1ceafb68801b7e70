using System.Runtime.InteropServices;

namespace SparseProf.Profiler.Devices.Cuda.Native.Driver;

/// <summary>CUDA_KERNEL_NODE_PARAMS_v2: 72 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KernelNodeParameters
{
    public nint Function;
    public uint GridX;
    public uint GridY;
    public uint GridZ;
    public uint BlockX;
    public uint BlockY;
    public uint BlockZ;
    public uint SharedBytes;
    public nint Parameters;
    public nint Extra;
    public nint Kernel;
    public nint Context;
}
