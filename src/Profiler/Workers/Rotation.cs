using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;

namespace SparseProf.Profiler.Workers;

/// <summary>How many copies of the inputs make each call find a cache without them.</summary>
internal static class Rotation
{
    private const double EvictingFactor = 3;
    private const int MostCopies = 64;

    public static int Copies(Op op, TimingMode mode, CudaDevice device) =>
        mode == TimingMode.Hot || op is not Gemm gemm ? 1 : Copies(gemm, device.Identity.LastLevelCache.Value, device.FreeMemory.Value);

    // Each copy holds dense weights whatever the pattern, from which the sparse ones are made.
    internal static int Copies(Gemm gemm, double cacheBytes, double freeBytes)
    {
        var copyBytes = (gemm with { Pattern = SparsityPattern.Dense.Instance }).CompulsoryTraffic.Value;
        var wanted = (int)Math.Clamp(Math.Ceiling(EvictingFactor * cacheBytes / copyBytes), 1, MostCopies);
        return Math.Max(1, Math.Min(wanted, (int)(freeBytes / 3 / copyBytes)));
    }
}
