using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Devices.Cuda;

/// <summary>Two readings of SM 0's cycle counter and of the GPU's wall clock around a timed stretch.</summary>
internal sealed class ClockStamps(CudaContext context, HelperModule helpers) : IDisposable
{
    // Shorter stretches would measure the stamps' own launches.
    private const ulong ShortestNanoseconds = 100_000;

    private readonly CudaBuffer _slots = context.Allocate(4 * sizeof(ulong));

    public void Before() => helpers.Stamp(_slots.Address);

    public void After() => helpers.Stamp(_slots.Address + 2 * sizeof(ulong));

    /// <summary>The mean SM clock of the stretch; null where it was too short to tell. Call after synchronizing.</summary>
    public Hertz? Clock()
    {
        var words = _slots.ToArray<ulong>(4);
        return ClockOf(words[0], words[1], words[2], words[3]);
    }

    /// <summary>Seconds of the GPU's wall clock at the two stamps. Call after synchronizing.</summary>
    public IEnumerable<double> WallClocks()
    {
        var words = _slots.ToArray<ulong>(4);
        return [words[0] * 1e-9, words[2] * 1e-9];
    }

    internal static Hertz? ClockOf(ulong startNanoseconds, ulong startCycles, ulong endNanoseconds, ulong endCycles) =>
        endNanoseconds >= startNanoseconds + ShortestNanoseconds && endCycles > startCycles
            ? new Hertz((endCycles - startCycles) * 1e9 / (endNanoseconds - startNanoseconds))
            : null;

    public void Dispose() => _slots.Dispose();
}
