using System.Diagnostics;
using SparseProf.Ops;

namespace SparseProf.Profiler.Kernels.Dense;

/// <summary>Picks the fastest dense kernel for an op on this machine, so that sparse kernels are never compared with a slow one.</summary>
public static class BestDense
{
    private const int WarmUpCalls = 3;
    private const int Rounds = 9;

    /// <summary>Checks all candidates, times them in turns, and returns the one with the least median; the others are disposed.</summary>
    /// <exception cref="NotSupportedException">No dense kernel computes the op, or none computes it right.</exception>
    public static (IKernel Kernel, IPreparedKernel Prepared) Choose(Op op, KernelData data)
    {
        var candidates = CpuKernels.Dense.For(op).Select(kernel => (Kernel: kernel, Prepared: kernel.Prepare(op, data), Times: new double[Rounds])).ToList();
        foreach (var wrong in candidates.Where(candidate => !candidate.Prepared.Verify().Passed).ToList())
        {
            wrong.Prepared.Dispose();
            candidates.Remove(wrong);
        }

        foreach (var candidate in candidates)
        {
            for (var i = 0; i < WarmUpCalls; i++)
                candidate.Prepared.Run(0);
        }

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var candidate in candidates)
            {
                var start = Stopwatch.GetTimestamp();
                candidate.Prepared.Run(0);
                candidate.Times[round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }

        var ranked = candidates.OrderBy(candidate => candidate.Times.Order().ElementAt(Rounds / 2)).ToList();
        foreach (var slower in ranked.Skip(1))
            slower.Prepared.Dispose();
        return ranked is [var best, ..] ? (best.Kernel, best.Prepared) : throw new NotSupportedException($"no dense kernel for {op}");
    }
}
