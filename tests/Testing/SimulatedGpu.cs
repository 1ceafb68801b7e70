using Xunit;

namespace SparseProf.Testing;

/// <summary>Libraries under NVIDIA's names that show a GPU which does not exist; see tests/SimulatedGpu.</summary>
public static class SimulatedGpu
{
    public const string Name = "Simulated GPU (for tests; not a measurement)";

    /// <summary>The folder for SPARSEPROF_LIB_DIR.</summary>
    public static string FolderOrSkip()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var built = Path.Combine(folder.FullName, "artifacts", "simulated-gpu");
            if (File.Exists(Path.Combine(built, "libsimulated_gpu.so")))
                return built;
        }

        Assert.Skip("the simulated GPU is not built: it needs g++");
        return "";
    }
}
