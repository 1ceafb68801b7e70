// Tests that count live tensors must be alone in the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace SparseProf.Torch.Tests;

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
