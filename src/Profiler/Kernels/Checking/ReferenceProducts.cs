using SparseProf.Profiler.Kernels.Convolution;

namespace SparseProf.Profiler.Kernels.Checking;

/// <summary>Slow, obvious products in double precision.</summary>
public static class ReferenceProducts
{
    /// <summary>y[M,N] = x[M,K] · W[N,K]ᵀ + bias for some of the M tokens.</summary>
    public static double[] Linear(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int outputs, int inputs, ReadOnlySpan<int> tokens)
    {
        var y = new double[tokens.Length * outputs];
        for (var i = 0; i < tokens.Length; i++)
        {
            var token = x.Slice(tokens[i] * inputs, inputs);
            for (var output = 0; output < outputs; output++)
                y[i * outputs + output] = Dot(token, weights.Slice(output * inputs, inputs)) + (bias.IsEmpty ? 0 : bias[output]);
        }

        return y;
    }

    /// <summary>NCHW images with W[outputs, inputs·kernel²].</summary>
    public static double[] Convolution(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, ConvolutionShape shape, int batch, int height, int width)
    {
        var (down, across) = (shape.OutputSize(height), shape.OutputSize(width));
        var y = new double[batch * shape.Outputs * down * across];
        var patch = new float[shape.Columns];
        for (var place = 0; place < batch * down * across; place++)
        {
            var (image, row, column) = (place / (down * across), place / across % down, place % across);
            for (var i = 0; i < patch.Length; i++)
            {
                var (channel, kernelRow, kernelColumn) = (i / (shape.Kernel * shape.Kernel), i / shape.Kernel % shape.Kernel, i % shape.Kernel);
                var (h, w) = (row * shape.Stride + kernelRow - shape.Padding, column * shape.Stride + kernelColumn - shape.Padding);
                var inside = h >= 0 && h < height && w >= 0 && w < width;
                patch[i] = inside ? x[((image * shape.Inputs + channel) * height + h) * width + w] : 0;
            }

            for (var output = 0; output < shape.Outputs; output++)
            {
                var target = ((image * shape.Outputs + output) * down + row) * across + column;
                y[target] = Dot(patch, weights.Slice(output * shape.Columns, shape.Columns)) + (bias.IsEmpty ? 0 : bias[output]);
            }
        }

        return y;
    }

    private static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
            sum += (double)left[i] * right[i];
        return sum;
    }
}
