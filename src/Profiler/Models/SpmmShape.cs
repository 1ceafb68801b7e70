using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda.Native.Cusparse;

namespace SparseProf.Profiler.Models;

/// <summary>What decides which algorithm of cuSPARSE is the fastest.</summary>
/// <param name="Stored">Nonzero elements or blocks, in steps of a fifth.</param>
internal readonly record struct SpmmShape(GemmShape Shape, CusparseOrder Order, bool Blocks, int Stored)
{
    private const double Step = 1.2;

    public static SpmmShape Of(SpmmWeights weights, long columns, CusparseOrder order, int stored) =>
        new(new GemmShape(columns, weights.Rows, weights.Columns), order, weights.AreBlocks, (int)Math.Round(Math.Log(Math.Max(1, stored), Step)));
}
