using System.Diagnostics;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native.Cusparse;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>The memory that an algorithm of cuSPARSE works in, one part a copy, and what its one-off analysis left there.</summary>
internal sealed class SpmmBuffers(CudaContext context, nint handle, SpmmMatrices matrices) : IDisposable
{
    private const ulong Alignment = 256;

    private CudaBuffer? _memory;

    /// <summary>Of one copy.</summary>
    public ulong Bytes { get; private set; }

    /// <summary>What the parts are ready for; null while they are being made ready.</summary>
    public SpmmCandidate? ReadyFor { get; private set; }

    public ulong Of(int copy) => Bytes == 0 ? 0 : _memory!.Address + (ulong)copy * Bytes;

    /// <summary>Allocates, and analyses every copy; runs on the CUDA thread.</summary>
    /// <returns>Seconds that the analysis of one copy took.</returns>
    public double MakeReady(SpmmCandidate candidate)
    {
        context.Synchronize();
        ReadyFor = null;
        var (algorithm, order) = candidate;
        var library = context.Toolkit.Cusparse;
        Bytes = (Enumerable.Range(0, matrices.Copies).Max(copy => library.BufferBytes(handle, matrices[copy, order], algorithm)) + Alignment - 1) / Alignment * Alignment;
        Resize(Bytes * (ulong)matrices.Copies);
        var start = Stopwatch.GetTimestamp();
        for (var copy = 0; copy < matrices.Copies && matrices.Format == CusparseFormat.Csr; copy++)
            library.Preprocess(handle, matrices[copy, order], algorithm, Of(copy));
        context.Synchronize();
        ReadyFor = candidate;
        return Stopwatch.GetElapsedTime(start).TotalSeconds / matrices.Copies;
    }

    public void Dispose() => _memory?.Dispose();

    private void Resize(ulong bytes)
    {
        if (_memory?.Bytes == bytes)
            return;
        _memory?.Dispose();
        _memory = null;
        _memory = context.Allocate(bytes);
    }
}
