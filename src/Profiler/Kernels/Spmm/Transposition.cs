using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SparseProf.Profiler.Kernels.Simd;

namespace SparseProf.Profiler.Kernels.Spmm;

/// <summary>Copies a row-major matrix into its transpose, sixteen rows by four columns at a time where AVX is.</summary>
internal static unsafe class Transposition
{
    /// <summary>target[c, r] = source[r, c] + bias[r].</summary>
    /// <param name="bias">One value a source row, or null.</param>
    public static void Copy(float* source, nint sourceStride, float* target, nint targetStride, int rows, int columns, float* bias, SimdLevel level)
    {
        // Portable stays portable: the level chosen for the product holds for its transpositions.
        var (wholeRows, wholeColumns) = level >= SimdLevel.Avx2 && Avx.IsSupported ? (rows & ~15, columns & ~3) : (0, 0);
        // Rows inside: four target lines grow at a time, each cache line written whole, however the strides alias.
        for (var column = 0; column < wholeColumns; column += 4)
        {
            for (var row = 0; row < wholeRows; row += 16)
            {
                var from = source + row * sourceStride + column;
                var to = target + column * targetStride + row;
                CopyEightByFour(from, sourceStride, to, targetStride, bias == null ? null : bias + row);
                CopyEightByFour(from + 8 * sourceStride, sourceStride, to + 8, targetStride, bias == null ? null : bias + row + 8);
            }
        }

        CopyRest(source, sourceStride, target, targetStride, (0, wholeRows), (wholeColumns, columns), bias);
        CopyRest(source, sourceStride, target, targetStride, (wholeRows, rows), (0, columns), bias);
    }

    private static void CopyRest(float* source, nint sourceStride, float* target, nint targetStride, (int From, int To) rows, (int From, int To) columns, float* bias)
    {
        for (var row = rows.From; row < rows.To; row++)
        {
            var added = bias == null ? 0 : bias[row];
            for (var column = columns.From; column < columns.To; column++)
                target[column * targetStride + row] = source[row * sourceStride + column] + added;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyEightByFour(float* source, nint sourceStride, float* target, nint targetStride, float* bias)
    {
        var added = bias == null ? Vector256<float>.Zero : Avx.LoadVector256(bias);
        // Rows i and i+4 share a register, so that only shuffles within its halves remain.
        var a = Halves(source, source + 4 * sourceStride);
        var b = Halves(source + sourceStride, source + 5 * sourceStride);
        var c = Halves(source + 2 * sourceStride, source + 6 * sourceStride);
        var d = Halves(source + 3 * sourceStride, source + 7 * sourceStride);
        var (ab, cd) = (Avx.UnpackLow(a, b), Avx.UnpackLow(c, d));
        Avx.Store(target, Avx.Add(Avx.Shuffle(ab, cd, 0b01_00_01_00), added));
        Avx.Store(target + targetStride, Avx.Add(Avx.Shuffle(ab, cd, 0b11_10_11_10), added));
        (ab, cd) = (Avx.UnpackHigh(a, b), Avx.UnpackHigh(c, d));
        Avx.Store(target + 2 * targetStride, Avx.Add(Avx.Shuffle(ab, cd, 0b01_00_01_00), added));
        Avx.Store(target + 3 * targetStride, Avx.Add(Avx.Shuffle(ab, cd, 0b11_10_11_10), added));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halves(float* low, float* high) =>
        Avx.InsertVector128(Sse.LoadVector128(low).ToVector256Unsafe(), Sse.LoadVector128(high), 1);
}
