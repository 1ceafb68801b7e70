namespace SparseProf.Ops.Architectures;

/// <summary>A convolution of a network over square images of <paramref name="Size"/> pixels a side.</summary>
public sealed record ConvLayer(string Name, int Inputs, int Outputs, int Size, int Kernel, int Stride)
{
    public int Padding => Kernel / 2;

    public int OutputSize => (Size + 2 * Padding - Kernel) / Stride + 1;

    public PrunableLayer AsPrunable => new(Name, Outputs, Inputs, Kernel, Deviation);

    /// <summary>Of the initial weights: He et al. 2015, eq. 14 (fan-out).</summary>
    public double Deviation => Math.Sqrt(2.0 / (Outputs * Kernel * Kernel));
}

/// <summary>Weights W[outputs, inputs·kernel²] that pruning may zero; <paramref name="Deviation"/> is their spread.</summary>
public sealed record PrunableLayer(string Name, int Outputs, int Inputs, int Kernel, double Deviation)
{
    public long Weights => (long)Outputs * Inputs * Kernel * Kernel;
}
