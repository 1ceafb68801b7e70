using SparseProf.Ops;
using SparseProf.Profiler.Kernels.Checking;
using SparseProf.Profiler.Kernels.Convolution;

namespace SparseProf.Profiler.Tests.Kernels;

public sealed unsafe class SparseConvolutionTests
{
    public static TheoryData<ConvolutionShape, int, int, int> Layers => new()
    {
        { new(1, 1, 1, 1, 0), 1, 1, 1 },
        { new(3, 8, 3, 1, 1), 1, 32, 32 },
        { new(5, 7, 3, 2, 1), 2, 9, 11 },
        { new(4, 6, 1, 2, 0), 3, 8, 8 },
        { new(16, 20, 3, 1, 1), 5, 4, 4 },
        { new(2, 3, 5, 3, 2), 1, 17, 13 },
        { new(6, 4, 2, 1, 0), 2, 5, 40 },
    };

    [Theory]
    [MemberData(nameof(Layers))]
    public void Every_layer_agrees_with_double_precision(ConvolutionShape shape, int batch, int height, int width)
    {
        foreach (var pattern in new[] { "csr@0.3", "block:4x4@0.5", "2:4" }.Select(text => SparsityPatternText.Parse(text)))
        {
            foreach (var level in KernelCases.Levels)
            {
                foreach (var threads in new[] { 1, 2 })
                {
                    var weights = KernelCases.PrunedWeights(shape.Outputs, shape.Columns, pattern);
                    var bias = threads == 1 ? KernelCases.Normal(shape.Outputs, seed: 5) : [];
                    using var layer = new SparseConvolution(weights, shape, pattern, bias, KernelCases.Team(threads), level);
                    Check(layer, weights, bias, batch, height, width);
                }
            }
        }
    }

    [Fact]
    public void A_layer_runs_again_with_images_of_another_size()
    {
        var (shape, pattern) = (new ConvolutionShape(3, 5, 3, 1, 1), SparsityPatternText.Parse("csr@0.5"));
        var weights = KernelCases.PrunedWeights(shape.Outputs, shape.Columns, pattern);
        using var layer = new SparseConvolution(weights, shape, pattern, default, KernelCases.Team(2));
        foreach (var (batch, height, width) in new[] { (2, 12, 12), (1, 7, 20), (3, 5, 5), (1, 16, 3) })
            Check(layer, weights, [], batch, height, width);
    }

    [Fact]
    public void Images_smaller_than_the_kernel_are_refused()
    {
        var (shape, pattern) = (new ConvolutionShape(1, 1, 5, 1, 0), SparsityPatternText.Parse("csr@0.5"));
        using var layer = new SparseConvolution(KernelCases.PrunedWeights(1, 25, pattern), shape, pattern, default, KernelCases.Team(1));
        Assert.Throws<ArgumentException>(() => layer.Run(null, 1, 4, 9, null));
    }

    private static void Check(SparseConvolution layer, float[] weights, float[] bias, int batch, int height, int width)
    {
        var shape = layer.Shape;
        var images = KernelCases.Normal(batch * shape.Inputs * height * width, seed: 11);
        using var x = KernelCases.Native(images);
        using var y = KernelCases.Poisoned(batch * shape.Outputs * shape.OutputSize(height) * shape.OutputSize(width));
        layer.Run(x.Pointer, batch, height, width, y.Pointer);
        var reference = ReferenceProducts.Convolution(images, weights, bias, shape, batch, height, width);
        var correctness = ResultCheck.Compare(y.Span, reference, ResultCheck.Tolerance(DType.Fp32, shape.Columns));
        Assert.True(correctness.Passed, $"{layer.Name} {batch}x{height}x{width}: {correctness}");
    }
}
