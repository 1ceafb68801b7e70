using SparseProf.Torch.Native;

namespace SparseProf.Torch;

/// <summary>Settings and state of libtorch that belong to the whole process.</summary>
public static class TorchRuntime
{
    /// <summary>Threads that one operator may use; OpenBLAS is kept in step.</summary>
    public static int Threads
    {
        get => NativeMethods.Threads();
        set => NativeMethods.Check(NativeMethods.SetThreads(value));
    }

    /// <summary>Threads that run independent operators; can be set once, before the first of them runs.</summary>
    public static int InteropThreads
    {
        get => NativeMethods.InteropThreads();
        set => NativeMethods.Check(NativeMethods.SetInteropThreads(value));
    }

    /// <summary>Tensor handles not yet released in this process.</summary>
    public static long LiveTensors => NativeMethods.LiveTensors();

    /// <summary>CUDA devices that libtorch can use; 0 where it was built without CUDA.</summary>
    public static int CudaDevices => NativeMethods.CudaDevices();

    /// <summary>Seeds the random generators of all devices.</summary>
    public static void Seed(ulong seed) => NativeMethods.Check(NativeMethods.ManualSeed(seed));

    /// <summary>Waits until a CUDA device has done what was asked of it.</summary>
    public static void Synchronize(int cudaDevice) => NativeMethods.Check(NativeMethods.CudaSynchronize(cudaDevice));

    /// <summary>Makes a CUDA stream that libtorch did not create the current one of the calling thread; it stays the caller's.</summary>
    /// <exception cref="TorchException">This libtorch has no CUDA.</exception>
    public static void UseStream(int cudaDevice, nint stream) => NativeMethods.Check(NativeMethods.CudaUseStream(cudaDevice, stream));
}
