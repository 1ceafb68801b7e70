using SparseProf.Ops;
using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>Guards against figures that a GPU cannot produce; what they catch is a defect of the harness or a poor baseline.</summary>
public static class GpuPlausibility
{
    private const double PeakSlack = 1.02;
    private const double BandwidthSlack = 1.02;
    private const double LeastOfPeak = 0.6;
    private const long LargeSide = 4096;

    /// <param name="clock">Of the SMs while timed; null where unknown, and then nothing is said about peaks.</param>
    /// <param name="multiprocessors">Of the device.</param>
    /// <param name="architecture">Compute capability without the dot.</param>
    public static IEnumerable<ObservedCaveat> Judge(Op op, TimingMode mode, Seconds time, Hertz? clock, int architecture, int multiprocessors, DeviceFloors floors)
    {
        if (time < floors.EmptyCall)
            yield return new ObservedCaveat(Caveat.Implausible, $"{time} is below an empty kernel's {floors.EmptyCall}");
        if (mode == TimingMode.Cold && (op.CompulsoryTraffic / time).Value > BandwidthSlack * floors.CopyBandwidth.Value)
            yield return new ObservedCaveat(Caveat.CacheNotFlushed, $"{op.CompulsoryTraffic / time} where a copy moves {floors.CopyBandwidth}");
        if (clock is not { } hertz || DenseFlopsPerClock(architecture, op.DType) is not { } perClock || op is not Gemm gemm)
            yield break;
        var skipped = gemm.Pattern == SparsityPattern.OfSparseTensorCores(gemm.DType);
        var peak = (skipped ? 2 : 1) * perClock * multiprocessors * hertz.Value;
        var share = (op.DenseEquivalentFlops / time).Value / peak;
        if (gemm.Pattern is SparsityPattern.Dense or SparsityPattern.NofM && share > PeakSlack)
            yield return new ObservedCaveat(Caveat.Implausible, $"{share:P0} of the peak at the measured clock of {hertz}");
        if (gemm.Pattern is SparsityPattern.Dense && share < LeastOfPeak && Math.Min(Math.Min(gemm.Shape.M, gemm.Shape.N), gemm.Shape.K) >= LargeSide)
            yield return new ObservedCaveat(Caveat.BaselineSuspect, $"a large dense product reaches {share:P0} of the peak at the measured clock of {hertz}");
    }

    /// <summary>Energy over time must lie between a third of what the board draws at rest and the power limit.</summary>
    public static ObservedCaveat? JudgePower(Watts power, Watts? limit, Watts? idle)
    {
        if (limit is { } cap && power.Value > 1.1 * cap.Value)
            return new ObservedCaveat(Caveat.Implausible, $"{power} is above the power limit of {cap}");
        return idle is { } rest && power.Value < 0.3 * rest.Value
            ? new ObservedCaveat(Caveat.Implausible, $"{power} is below what the board draws at rest, {rest}")
            : null;
    }

    /// <summary>A speed-up that 2:4 cannot reach means that the dense side was slow.</summary>
    public static ObservedCaveat? JudgeSpeedup(double speedup) =>
        speedup > 2.05 ? new ObservedCaveat(Caveat.BaselineSuspect, $"2:4 is {speedup:0.00} times as fast as dense; 2 is the limit of the hardware") : null;

    // FLOP a clock and SM of the tensor cores, dense (NVIDIA's A100 and H100 white papers: peak ÷ SMs ÷ boost clock).
    private static double? DenseFlopsPerClock(int architecture, DType dtype) => (architecture, dtype) switch
    {
        (80, DType.Tf32) => 1024,
        (80, DType.Bf16 or DType.Fp16) => 2048,
        (80, DType.Int8) => 4096,
        (90, DType.Tf32) => 2048,
        (90, DType.Bf16 or DType.Fp16) => 4096,
        (90, DType.Fp8 or DType.Int8) => 8192,
        _ => null,
    };
}
