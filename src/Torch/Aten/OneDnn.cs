namespace SparseProf.Torch;

/// <summary>
/// The products of oneDNN (MKL-DNN) that libtorch carries for CPUs, with weights laid out once for them. fp32, not
/// differentiable here.
/// </summary>
public static class OneDnn
{
    private static readonly Operator s_toMkldnn = new("aten::to_mkldnn");
    private static readonly Operator s_toDense = new("aten::to_dense");
    private static readonly Operator s_linear = new("aten::mkldnn_linear");
    private static readonly Operator s_reorderConv2d = new("aten::mkldnn_reorder_conv2d_weight");
    private static readonly Operator s_convolution = new("aten::mkldnn_convolution");

    private static readonly long[] s_none = [0, 0];
    private static readonly long[] s_unit = [1, 1];

    /// <summary>Whether the loaded libtorch was built with oneDNN's linear.</summary>
    public static bool Exists => s_linear.Exists && s_toMkldnn.Exists;

    /// <summary>A copy in oneDNN's own layout.</summary>
    public static Tensor ToMkldnn(Tensor input) => s_toMkldnn.Call(input);

    public static Tensor ToDense(Tensor input) => s_toDense.Call(input);

    /// <summary>A copy of a convolution's weights in the layout that oneDNN likes best.</summary>
    public static Tensor ReorderConv2dWeight(Tensor mkldnnWeight, int stride, int padding) =>
        s_reorderConv2d.Call(mkldnnWeight, new long[] { padding, padding }, new long[] { stride, stride });

    /// <summary>As <see cref="Aten.Linear"/>; the weight comes from <see cref="ToMkldnn"/>, input and result are plain.</summary>
    public static Tensor Linear(Tensor input, Tensor mkldnnWeight, Tensor? bias)
    {
        FlopCounter.Current?.CountLinear(input, mkldnnWeight);
        using var reordered = ToMkldnn(input);
        using var result = s_linear.Call(reordered, mkldnnWeight, bias);
        return ToDense(result);
    }

    /// <summary>
    /// As <see cref="Aten.Linear"/>, as a convolution with 1×1 kernels over one image whose pixels are the tokens: no
    /// operand is copied. The weight is plain, viewed as [outputs, inputs, 1, 1]; the input [tokens, inputs] contiguous.
    /// </summary>
    public static Tensor PointwiseLinear(Tensor input, Tensor weight, Tensor? bias)
    {
        FlopCounter.Current?.CountLinear(input, weight);
        var (tokens, inputs) = (input.Size(0), input.Size(1));
        using var row = Aten.View(input, 1, tokens, 1, inputs);
        using var image = Aten.Permute(row, 0, 3, 1, 2);
        using var result = s_convolution.Call(image, weight, bias, s_none, s_unit, s_unit, 1L);
        using var pixels = Aten.Permute(result, 0, 2, 3, 1);
        return Aten.Reshape(pixels, tokens, weight.Size(0));
    }

    /// <summary>As <see cref="Aten.Conv2d"/>, always through oneDNN; the weight may come from <see cref="ReorderConv2dWeight"/>.</summary>
    public static Tensor Conv2d(Tensor input, Tensor weight, Tensor? bias, int stride, int padding)
    {
        FlopCounter.Current?.CountConv2d(input, weight, stride, padding);
        return s_convolution.Call(
            input, weight, bias, new long[] { padding, padding }, new long[] { stride, stride }, s_unit, 1L);
    }
}
