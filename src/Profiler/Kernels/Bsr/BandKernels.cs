using System.Runtime.Intrinsics;
using SparseProf.Profiler.Kernels.Simd;

namespace SparseProf.Profiler.Kernels.Bsr;

/// <summary>The band kernels of one instruction set.</summary>
internal readonly unsafe struct BandKernels
{
    public readonly delegate*<in BandView, float*, nint, float*, nint, void> SixTokens;
    public readonly delegate*<in BandView, float*, nint, float*, nint, void> TwoTokens;

    /// <summary>Rows of a band: two vectors.</summary>
    public readonly int BandRows;

    public BandKernels(SimdLevel level)
    {
        switch (level)
        {
            case SimdLevel.Avx512:
                SixTokens = &BandKernel<Avx512Simd, Vector512<float>>.SixTokens;
                TwoTokens = &BandKernel<Avx512Simd, Vector512<float>>.TwoTokens;
                BandRows = 2 * Avx512Simd.Width;
                break;
            case SimdLevel.Avx2:
                SixTokens = &BandKernel<Avx2Simd, Vector256<float>>.SixTokens;
                TwoTokens = &BandKernel<Avx2Simd, Vector256<float>>.TwoTokens;
                BandRows = 2 * Avx2Simd.Width;
                break;
            default:
                SixTokens = &BandKernel<PortableSimd, Vector128<float>>.SixTokens;
                TwoTokens = &BandKernel<PortableSimd, Vector128<float>>.TwoTokens;
                BandRows = 2 * PortableSimd.Width;
                break;
        }
    }
}
