using BenchmarkDotNet.Attributes;
using SparseProf.Ops;

namespace SparseProf.Kernels;

/// <summary>3072×768 weights times 128 tokens.</summary>
public class SparseLinearLayer : PreparedBenchmark
{
    [Params("csr@0.1", "csr@0.05", "block:32x32@0.2", "2:4")]
    public string Pattern { get; set; } = "2:4";

    protected override Op Op => new Gemm(new GemmShape(128, 3072, 768), DType.Fp32, SparsityPatternText.Parse(Pattern));
}

/// <summary>A 3×3 convolution from the middle of ResNet-18 for 32×32 images, eight images.</summary>
public class SparseConvolutionLayer : PreparedBenchmark
{
    [Params("csr@0.1", "csr@0.3")]
    public string Pattern { get; set; } = "csr@0.1";

    protected override Op Op => new Conv2d(8, 128, 128, 16, 16, 3, 1, 1, DType.Fp32, SparsityPatternText.Parse(Pattern));
}
