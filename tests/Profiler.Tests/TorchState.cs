namespace SparseProf.Profiler.Tests;

/// <summary>libtorch's count of tensors and its random generator belong to the process: nothing runs beside these tests.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchState
{
    public const string Name = "state of libtorch";
}
