using SparseProf.Profiler.Devices.Cuda.Native;

namespace SparseProf.Profiler.Tests.Devices.Cuda;

/// <summary>NVIDIA's CUDA 12.4 libraries as <c>make verify-cuda</c> unpacks them; tests that call into them skip without.</summary>
internal static class CudaCache
{
    public static string Folder { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "sparseprof/cuda-12.4/root/usr/lib/x86_64-linux-gnu");

    private static Lazy<CudaToolkit> Toolkit { get; } = new(() => new CudaToolkit(new LibrarySearch([Folder, Path.Combine(Folder, "nvidia/current")])));

    public static CudaToolkit ToolkitOrSkip()
    {
        Assert.SkipUnless(Directory.Exists(Folder), $"no CUDA libraries at {Folder}: 'make verify-cuda' brings them");
        return Toolkit.Value;
    }

    /// <summary>For what the libraries answer on a machine without a GPU.</summary>
    public static CudaToolkit WithoutGpuOrSkip()
    {
        Assert.SkipWhen(File.Exists("/proc/driver/nvidia/version"), "this machine has an NVIDIA driver; the test is about machines without");
        return ToolkitOrSkip();
    }
}
