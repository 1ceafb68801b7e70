using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Kernels.Cuda;

namespace SparseProf.Profiler.Kernels;

/// <summary>One way of computing an op on a device: a routine of a library, or ours.</summary>
public interface IKernel
{
    /// <summary>The name in reports and the store: torch.linear, csr.avx2, cublaslt.</summary>
    string Name { get; }

    /// <summary>Whose routine it is, with version.</summary>
    string Library { get; }

    /// <summary>How it computes, where a library has several ways; a few words.</summary>
    string Algorithm { get; }

    /// <summary>Why this kernel cannot compute the op, or null where it can.</summary>
    string? Misfit(Op op);

    /// <summary>Allocates and fills the operands and brings the weights into the kernel's format.</summary>
    /// <exception cref="NotSupportedException"><see cref="Misfit"/> says why.</exception>
    IPreparedKernel Prepare(Op op, KernelData data);
}

/// <summary>A kernel with its operands, ready to be checked and timed.</summary>
public interface IPreparedKernel : ITimedWork, IDisposable
{
    /// <summary>The weights as stored, index included.</summary>
    Bytes WeightBytes { get; }

    /// <summary>
    /// Fills the result with NaN, runs once, and compares with a reference in double precision. A timing counts only
    /// after this has passed.
    /// </summary>
    Correctness Verify();

    /// <summary>The result of the latest run, row-major.</summary>
    float[] ReadOutput();
}

/// <summary>What the operands hold: standard normal numbers by seed, weights scaled by 1/√K; sparse weights are the dense ones of the same seed, pruned by magnitude.</summary>
/// <param name="Copies">Copies of the inputs that calls rotate over.</param>
public sealed record KernelData(int Seed = 1, int Copies = 1)
{
    /// <summary>Zeros in place of random numbers: they draw less power, so the times say something about power and nothing else.</summary>
    public bool Zeros { get; init; }

    public CandidateTrials Trials { get; init; } = CandidateTrials.Silent;
}

/// <summary>How far a result is from the reference.</summary>
/// <param name="MaxRelativeError">The largest difference over the root mean square of the reference; infinite where a result is not finite.</param>
public readonly record struct Correctness(double MaxRelativeError, double Tolerance)
{
    public bool Passed => MaxRelativeError <= Tolerance;
}
