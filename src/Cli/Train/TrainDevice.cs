using SparseProf.Ops.Errors;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Devices.Cpu;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Torch;

namespace SparseProf.Cli.Train;

/// <summary>Where a training runs.</summary>
internal static class TrainDevice
{
    /// <summary>The device to measure by, and libtorch's name for it; sets the threads of the CPU.</summary>
    /// <exception cref="UserErrorException">No such GPU, or a libtorch without CUDA.</exception>
    public static (IDevice Device, TorchDevice Torch) Open(int? threads, int? gpu)
    {
        Bounds.AtLeast(gpu, "--gpu", 0);
        TorchRuntime.Threads = threads ?? Environment.ProcessorCount;
        if (gpu is not { } index)
            return (new CpuDevice(), TorchDevice.Cpu);
        OpenMpThreads.Unbind();
        if (index < TorchRuntime.CudaDevices)
            return (CudaDevice.Open(index), TorchDevice.Cuda(index));
        throw new UserErrorException(ErrorKind.Missing, TorchRuntime.CudaDevices == 0 ? $"libtorch {TorchLibrary.Loaded.Version} finds no GPU" : $"there is no GPU {index}")
        {
            Where = "--gpu",
            Allowed = TorchRuntime.CudaDevices == 0 ? null : $"0 to {TorchRuntime.CudaDevices - 1}",
            Next = TorchRuntime.CudaDevices == 0 ? "set LIBTORCH to a libtorch with CUDA and run 'make native', or leave --gpu out" : "'sparseprof devices' lists them; leave --gpu out for the processor",
        };
    }
}
