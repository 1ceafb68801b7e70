using System.Runtime.CompilerServices;
using SparseProf.Profiler.Kernels.Simd;

namespace SparseProf.Profiler.Kernels.Spmm;

/// <summary>One strip of a token panel times one piece of packed weights.</summary>
internal unsafe interface IPanelKernel
{
    /// <param name="strip">Columns×tokens of the panel.</param>
    /// <param name="sums">Chunk rows×tokens of the panel.</param>
    /// <param name="begin">Whether the sums begin here, at zero.</param>
    static abstract void Multiply(in PieceView piece, float* strip, float* sums, bool begin);
}

/// <summary>
/// A full panel of four vectors; two weights at a time. Each weight costs four multiply-adds that read the panel from
/// the first-level cache, and a broadcast on a port that multiply-adds leave free.
/// </summary>
internal readonly unsafe struct WidePanelKernel<TSimd, TVector> : IPanelKernel
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(in PieceView piece, float* strip, float* sums, bool begin)
    {
        var nonzero = piece.Nonzeros;
        var rows = piece.Rows;
        for (var run = piece.Runs; run < piece.Runs + piece.RunCount; run++)
        {
            var quadBytes = (nint)(run->Nonzeros / 4) * (4 * PackedWeights.NonzeroBytes);
            var (two, one) = (run->Nonzeros & 2, run->Nonzeros & 1);
            for (var left = run->Rows; left > 0; left--)
            {
                var sum = sums + *rows++ * (4 * TSimd.Width);
                var (a0, a1, a2, a3) = (TSimd.Zero, TSimd.Zero, TSimd.Zero, TSimd.Zero);
                var (b0, b1, b2, b3) = (TSimd.Zero, TSimd.Zero, TSimd.Zero, TSimd.Zero);
                if (!begin)
                    (a0, a1, a2, a3) = (TSimd.Load(sum), TSimd.Load(sum + TSimd.Width), TSimd.Load(sum + 2 * TSimd.Width), TSimd.Load(sum + 3 * TSimd.Width));
                for (var end = nonzero + quadBytes; nonzero < end; nonzero += 4 * PackedWeights.NonzeroBytes)
                {
                    var weights = TSimd.LoadQuad((float*)nonzero);
                    var offsets = (ushort*)(nonzero + 4 * sizeof(float));
                    AddProduct(TSimd.Pick0(weights), strip, offsets[0], ref a0, ref a1, ref a2, ref a3);
                    AddProduct(TSimd.Pick1(weights), strip, offsets[1], ref b0, ref b1, ref b2, ref b3);
                    AddProduct(TSimd.Pick2(weights), strip, offsets[2], ref a0, ref a1, ref a2, ref a3);
                    AddProduct(TSimd.Pick3(weights), strip, offsets[3], ref b0, ref b1, ref b2, ref b3);
                }

                if (two != 0)
                {
                    var offsets = (ushort*)(nonzero + 2 * sizeof(float));
                    AddProduct(TSimd.Broadcast((float*)nonzero), strip, offsets[0], ref a0, ref a1, ref a2, ref a3);
                    AddProduct(TSimd.Broadcast((float*)nonzero + 1), strip, offsets[1], ref b0, ref b1, ref b2, ref b3);
                    nonzero += 2 * PackedWeights.NonzeroBytes;
                }

                if (one != 0)
                {
                    AddProduct(TSimd.Broadcast((float*)nonzero), strip, *(ushort*)(nonzero + sizeof(float)), ref a0, ref a1, ref a2, ref a3);
                    nonzero += PackedWeights.NonzeroBytes;
                }

                TSimd.Store(sum, TSimd.Add(a0, b0));
                TSimd.Store(sum + TSimd.Width, TSimd.Add(a1, b1));
                TSimd.Store(sum + 2 * TSimd.Width, TSimd.Add(a2, b2));
                TSimd.Store(sum + 3 * TSimd.Width, TSimd.Add(a3, b3));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(TVector weight, float* strip, nuint offset, ref TVector s0, ref TVector s1, ref TVector s2, ref TVector s3)
    {
        var x = (float*)((byte*)strip + offset * PackedWeights.OffsetUnit);
        s0 = TSimd.MultiplyAdd(weight, TSimd.Load(x), s0);
        s1 = TSimd.MultiplyAdd(weight, TSimd.Load(x + TSimd.Width), s1);
        s2 = TSimd.MultiplyAdd(weight, TSimd.Load(x + 2 * TSimd.Width), s2);
        s3 = TSimd.MultiplyAdd(weight, TSimd.Load(x + 3 * TSimd.Width), s3);
    }
}
