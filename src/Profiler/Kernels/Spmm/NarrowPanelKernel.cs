using System.Runtime.CompilerServices;
using SparseProf.Profiler.Kernels.Simd;

namespace SparseProf.Profiler.Kernels.Spmm;

/// <summary>The number of vectors that a panel is laid out for, known to the compiler.</summary>
internal interface IPanelVectors
{
    static abstract int Count { get; }
}

internal readonly struct TwoVectors : IPanelVectors
{
    public static int Count => 2;
}

internal readonly struct FourVectors : IPanelVectors
{
    public static int Count => 4;
}

/// <summary>
/// The first two vectors of a panel; four weights at a time. For long vectors this is the whole panel; for shorter ones
/// it halves the work of a panel that is not more than half full.
/// </summary>
internal readonly unsafe struct NarrowPanelKernel<TSimd, TVector, TPanel> : IPanelKernel
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
    where TPanel : struct, IPanelVectors
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
                var sum = sums + *rows++ * (TPanel.Count * TSimd.Width);
                var (a0, a1, b0, b1) = (TSimd.Zero, TSimd.Zero, TSimd.Zero, TSimd.Zero);
                var (c0, c1, d0, d1) = (TSimd.Zero, TSimd.Zero, TSimd.Zero, TSimd.Zero);
                if (!begin)
                    (a0, a1) = (TSimd.Load(sum), TSimd.Load(sum + TSimd.Width));
                for (var end = nonzero + quadBytes; nonzero < end; nonzero += 4 * PackedWeights.NonzeroBytes)
                {
                    var weights = TSimd.LoadQuad((float*)nonzero);
                    var offsets = (ushort*)(nonzero + 4 * sizeof(float));
                    AddProduct(TSimd.Pick0(weights), strip, offsets[0], ref a0, ref a1);
                    AddProduct(TSimd.Pick1(weights), strip, offsets[1], ref b0, ref b1);
                    AddProduct(TSimd.Pick2(weights), strip, offsets[2], ref c0, ref c1);
                    AddProduct(TSimd.Pick3(weights), strip, offsets[3], ref d0, ref d1);
                }

                if (two != 0)
                {
                    var offsets = (ushort*)(nonzero + 2 * sizeof(float));
                    AddProduct(TSimd.Broadcast((float*)nonzero), strip, offsets[0], ref a0, ref a1);
                    AddProduct(TSimd.Broadcast((float*)nonzero + 1), strip, offsets[1], ref b0, ref b1);
                    nonzero += 2 * PackedWeights.NonzeroBytes;
                }

                if (one != 0)
                {
                    AddProduct(TSimd.Broadcast((float*)nonzero), strip, *(ushort*)(nonzero + sizeof(float)), ref c0, ref c1);
                    nonzero += PackedWeights.NonzeroBytes;
                }

                TSimd.Store(sum, TSimd.Add(TSimd.Add(a0, b0), TSimd.Add(c0, d0)));
                TSimd.Store(sum + TSimd.Width, TSimd.Add(TSimd.Add(a1, b1), TSimd.Add(c1, d1)));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(TVector weight, float* strip, nuint offset, ref TVector s0, ref TVector s1)
    {
        var x = (float*)((byte*)strip + offset * PackedWeights.OffsetUnit);
        s0 = TSimd.MultiplyAdd(weight, TSimd.Load(x), s0);
        s1 = TSimd.MultiplyAdd(weight, TSimd.Load(x + TSimd.Width), s1);
    }
}
