namespace SparseProf.Profiler.Kernels;

/// <summary>A linear layer y[M,N] = x[M,K] · W[N,K]ᵀ + bias with compressed weights, prepared once and run often.</summary>
public unsafe interface ISparseLinear : IDisposable
{
    /// <summary>N.</summary>
    int Outputs { get; }

    /// <summary>K.</summary>
    int Inputs { get; }

    /// <summary>The kernel's name in measurements, with its instruction set.</summary>
    string Name { get; }

    /// <summary>
    /// Multiplies <paramref name="tokens"/> rows of <paramref name="x"/>, row-major like <paramref name="y"/>. Allocates
    /// only when there are more tokens than ever before. Not for two callers at a time.
    /// </summary>
    void Run(float* x, long tokens, float* y);
}
