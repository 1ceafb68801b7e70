namespace SparseProf.Profiler.Kernels.Convolution;

/// <summary>What a convolution layer fixes: W[outputs, inputs·kernel²] over NCHW images of any size.</summary>
public readonly record struct ConvolutionShape(int Inputs, int Outputs, int Kernel, int Stride, int Padding)
{
    /// <summary>Columns of W as a matrix.</summary>
    public int Columns => Inputs * Kernel * Kernel;

    /// <summary>The height or width of the result.</summary>
    public int OutputSize(int size) => (size + 2 * Padding - Kernel) / Stride + 1;
}
