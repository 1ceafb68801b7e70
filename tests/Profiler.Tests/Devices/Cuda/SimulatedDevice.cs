using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native;

namespace SparseProf.Profiler.Tests.Devices.Cuda;

/// <summary>The simulated GPU in the process of the tests: as planted by default, without faults.</summary>
internal static class SimulatedDevice
{
    public static CudaDevice OpenOrSkip() => CudaDevice.Open(new CudaToolkit(new LibrarySearch([SimulatedGpu.FolderOrSkip()])), 0);
}

/// <summary>Tests that hold the simulated GPU run one after the other: it has one timeline.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SimulatedGpuState
{
    public const string Name = "simulated gpu";
}
