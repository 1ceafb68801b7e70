using SparseProf.Torch;

// libtorch's random generator and its counts of tensors belong to the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace SparseProf.Workloads.Tests;

/// <summary>Skips a test class, with the reason, on a machine without libtorch.</summary>
internal static class RequiresTorch
{
    public static void OrSkip()
    {
        try
        {
            _ = TorchLibrary.Loaded;
        }
        catch (TorchMissingException missing)
        {
            Assert.Skip(missing.Message);
        }
    }
}
