using SparseProf.Ops.Errors;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.Nvml;

namespace SparseProf.Profiler.Devices.Cuda;

/// <summary>A CUDA library that was looked for: as loaded, or why it is not.</summary>
public sealed record CudaLibraryState(string Name, LibraryIdentity? Loaded, string? Problem, string? Remedy);

/// <summary>Which CUDA libraries this machine has.</summary>
public static class CudaLibraryList
{
    public static IReadOnlyList<CudaLibraryState> OfThisMachine() => Of(CudaToolkit.OfThisMachine());

    /// <summary>Libraries of another major version that were passed over, one sentence each.</summary>
    public static IReadOnlyList<string> Remarks() => CudaToolkit.OfThisMachine().Files.Remarks;

    internal static IReadOnlyList<CudaLibraryState> Of(CudaToolkit toolkit) =>
    [
        Look("driver", () => toolkit.Driver.Identity),
        Look("NVML", () => Initialized(toolkit.Nvml)),
        Look("NVRTC", () => toolkit.Nvrtc.Identity),
        Look("cuBLASLt", () => toolkit.CublasLt.Identity),
        Look("cuBLAS", () => toolkit.Cublas.Identity),
        Look("cuSPARSE", () => toolkit.Cusparse.Identity),
        Look("cuSPARSELt", () => toolkit.CusparseLt.Identity),
    ];

    // NVML tells its version only to those who initialized it.
    private static LibraryIdentity Initialized(NvmlLibrary nvml)
    {
        try
        {
            nvml.Initialize();
            nvml.Shutdown();
        }
        catch (CudaCallException)
        {
            // Without a driver it is there all the same.
        }

        return nvml.Identity;
    }

    private static CudaLibraryState Look(string name, Func<LibraryIdentity> load)
    {
        try
        {
            return new CudaLibraryState(name, load(), null, null);
        }
        catch (UserErrorException error)
        {
            return new CudaLibraryState(name, null, error.Message, error.Next);
        }
    }
}
