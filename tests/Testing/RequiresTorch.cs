using SparseProf.Torch;
using Xunit;

namespace SparseProf.Testing;

/// <summary>Skips a test, with the reason, on a machine without libtorch.</summary>
public static class RequiresTorch
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
