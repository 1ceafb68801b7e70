using System.Runtime.Intrinsics;
using SparseProf.Profiler.Kernels.Simd;

namespace SparseProf.Profiler.Kernels.Spmm;

/// <summary>The panel kernels of one instruction set.</summary>
internal readonly unsafe struct PanelKernels
{
    public readonly delegate*<in PieceView, float*, float*, bool, void> Full;

    /// <summary>For panels that are not more than half full.</summary>
    public readonly delegate*<in PieceView, float*, float*, bool, void> Half;

    public PanelKernels(SimdLevel level)
    {
        switch (level)
        {
            case SimdLevel.Avx512:
                Full = &NarrowPanelKernel<Avx512Simd, Vector512<float>, TwoVectors>.Multiply;
                Half = Full;
                break;
            case SimdLevel.Avx2:
                Full = &WidePanelKernel<Avx2Simd, Vector256<float>>.Multiply;
                Half = &NarrowPanelKernel<Avx2Simd, Vector256<float>, FourVectors>.Multiply;
                break;
            default:
                Full = &WidePanelKernel<PortableSimd, Vector128<float>>.Multiply;
                Half = &NarrowPanelKernel<PortableSimd, Vector128<float>, FourVectors>.Multiply;
                break;
        }
    }
}
