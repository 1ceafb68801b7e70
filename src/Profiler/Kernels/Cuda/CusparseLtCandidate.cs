using SparseProf.Profiler.Devices.Cuda.Native.CusparseLt;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>One way that cuSPARSELt can compute a product; ids mean something only within one version.</summary>
internal sealed record CusparseLtCandidate(int Id, int SplitK, SplitKMode Mode)
{
    // From sm_90 on.
    public const int Segments = -1;

    /// <summary>Candidates of one kind fail alike.</summary>
    public string Kind => SplitK switch
    {
        1 => $"id={Id}",
        Segments => "split_k=segments",
        _ => $"split_k={SplitK}/{(Mode == SplitKMode.OneKernel ? "one_kernel" : "two_kernels")}",
    };
}
