using SparseProf.Torch;

namespace SparseProf.Profiler.Tests;

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

/// <summary>libtorch's count of tensors and its random generator belong to the process: nothing runs beside these tests.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchState
{
    public const string Name = "state of libtorch";
}
