using System.Runtime.CompilerServices;
using SparseProf.Profiler.Kernels.Simd;

namespace SparseProf.Profiler.Kernels.Bsr;

/// <summary>A band of rows over all blocks of a block row, as the kernels read it.</summary>
internal readonly unsafe struct BandView(float* weights, float* bias, int* firstColumns, int blocks, int blockWidth, int columns)
{
    /// <summary>What <see cref="PackedBlocks.Band"/> holds.</summary>
    public readonly float* Weights = weights;

    /// <summary>One value a row of the band.</summary>
    public readonly float* Bias = bias;
    public readonly int* FirstColumns = firstColumns;
    public readonly int Blocks = blocks;
    public readonly int BlockWidth = blockWidth;

    /// <summary>Columns of the whole matrix: the last block may stick out over them.</summary>
    public readonly int Columns = columns;

    public int WidthOf(int firstColumn) => Math.Min(BlockWidth, Columns - firstColumn);
}

/// <summary>A few tokens times one band. Each column costs two loads of weights and a broadcast a token; sums stay in registers.</summary>
internal static unsafe class BandKernel<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Six tokens: twelve sums, which hide the latency of a multiply-add and leave registers for the operands.</summary>
    /// <param name="x">The first token's inputs.</param>
    /// <param name="xStride">Floats from a token's inputs to the next one's.</param>
    /// <param name="y">Where the band's results of the first token go: two whole vectors.</param>
    /// <param name="yStride">Floats from a token's results to the next one's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SixTokens(in BandView band, float* x, nint xStride, float* y, nint yStride)
    {
        var (bias0, bias1) = (TSimd.Load(band.Bias), TSimd.Load(band.Bias + TSimd.Width));
        var (a0, a1, b0, b1, c0, c1) = (bias0, bias1, bias0, bias1, bias0, bias1);
        var (d0, d1, e0, e1, f0, f1) = (bias0, bias1, bias0, bias1, bias0, bias1);
        var weights = band.Weights;
        for (var block = 0; block < band.Blocks; block++)
        {
            var column = band.FirstColumns[block];
            var weight = weights;
            var end = weights + band.WidthOf(column) * 2 * TSimd.Width;
            var near = x + column;
            for (; weight < end; weight += 2 * TSimd.Width, near++)
            {
                var far = near + 3 * xStride;
                var (w0, w1) = (TSimd.Load(weight), TSimd.Load(weight + TSimd.Width));
                AddProduct(near, w0, w1, ref a0, ref a1);
                AddProduct(near + xStride, w0, w1, ref b0, ref b1);
                AddProduct(near + 2 * xStride, w0, w1, ref c0, ref c1);
                AddProduct(far, w0, w1, ref d0, ref d1);
                AddProduct(far + xStride, w0, w1, ref e0, ref e1);
                AddProduct(far + 2 * xStride, w0, w1, ref f0, ref f1);
            }

            weights += band.BlockWidth * 2 * TSimd.Width;
        }

        Store(y, a0, a1);
        Store(y + yStride, b0, b1);
        Store(y + 2 * yStride, c0, c1);
        Store(y + 3 * yStride, d0, d1);
        Store(y + 4 * yStride, e0, e1);
        Store(y + 5 * yStride, f0, f1);
    }

    /// <summary>Two tokens, for what six do not divide; with strides of zero, one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TwoTokens(in BandView band, float* x, nint xStride, float* y, nint yStride)
    {
        var (a0, a1) = (TSimd.Load(band.Bias), TSimd.Load(band.Bias + TSimd.Width));
        var (b0, b1) = (a0, a1);
        var weights = band.Weights;
        for (var block = 0; block < band.Blocks; block++)
        {
            var column = band.FirstColumns[block];
            var weight = weights;
            var end = weights + band.WidthOf(column) * 2 * TSimd.Width;
            var near = x + column;
            for (; weight < end; weight += 2 * TSimd.Width, near++)
            {
                var (w0, w1) = (TSimd.Load(weight), TSimd.Load(weight + TSimd.Width));
                AddProduct(near, w0, w1, ref a0, ref a1);
                AddProduct(near + xStride, w0, w1, ref b0, ref b1);
            }

            weights += band.BlockWidth * 2 * TSimd.Width;
        }

        Store(y, a0, a1);
        Store(y + yStride, b0, b1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(float* x, TVector w0, TVector w1, ref TVector s0, ref TVector s1)
    {
        var input = TSimd.Broadcast(x);
        s0 = TSimd.MultiplyAdd(input, w0, s0);
        s1 = TSimd.MultiplyAdd(input, w1, s1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* y, TVector s0, TVector s1)
    {
        TSimd.Store(y, s0);
        TSimd.Store(y + TSimd.Width, s1);
    }
}
