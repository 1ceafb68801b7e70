using SparseProf.Ops;
using SparseProf.Profiler.Kernels.Checking;
using SparseProf.Profiler.Kernels.Convolution;
using SparseProf.Profiler.Kernels.Formats;

namespace SparseProf.Profiler.Kernels.Operands;

/// <summary>Random operands of a <see cref="Conv2d"/>: the same numbers for every kernel of the same seed.</summary>
public sealed class ConvolutionOperands
{
    public ConvolutionOperands(Conv2d convolution, int seed)
    {
        Shape = new((int)convolution.Inputs, (int)convolution.Outputs, convolution.Kernel, convolution.Stride, convolution.Padding);
        (Batch, Height, Width) = ((int)convolution.Batch, (int)convolution.Height, (int)convolution.Width);
        X = new float[checked(Batch * ImageFloats)];
        Weights = new float[checked(Shape.Outputs * Shape.Columns)];
        Bias = new float[convolution.Bias ? Shape.Outputs : 0];
        NormalData.Fill(X, seed);
        NormalData.Fill(Weights, seed + 1, 1 / Math.Sqrt(Shape.Columns));
        NormalData.Fill(Bias, seed + 2);
        PatternProjection.Apply(Weights, Shape.Outputs, Shape.Columns, convolution.Pattern);
    }

    public ConvolutionShape Shape { get; }

    public int Batch { get; }

    public int Height { get; }

    public int Width { get; }

    /// <summary>NCHW.</summary>
    public float[] X { get; }

    /// <summary>[outputs, inputs·kernel²], pruned to the pattern.</summary>
    public float[] Weights { get; }

    /// <summary>[outputs], or empty.</summary>
    public float[] Bias { get; }

    public int ResultFloats => checked(Batch * ResultImageFloats);

    private int ImageFloats => checked(Shape.Inputs * Height * Width);

    private int ResultImageFloats => checked(Shape.Outputs * Shape.OutputSize(Height) * Shape.OutputSize(Width));

    /// <summary>Compares the first and the last image of an NCHW result.</summary>
    public Correctness Check(ReadOnlySpan<float> y)
    {
        var tolerance = ResultCheck.Tolerance(DType.Fp32, Shape.Columns);
        var worst = new Correctness(ResultCheck.AllFinite(y) ? 0 : double.PositiveInfinity, tolerance);
        foreach (var image in new[] { 0, Batch - 1 }.Distinct())
        {
            var reference = ReferenceProducts.Convolution(X.AsSpan(image * ImageFloats, ImageFloats), Weights, Bias, Shape, 1, Height, Width);
            var correctness = ResultCheck.Compare(y.Slice(image * ResultImageFloats, ResultImageFloats), reference, tolerance);
            worst = worst.MaxRelativeError >= correctness.MaxRelativeError ? worst : correctness;
        }

        return worst;
    }
}
