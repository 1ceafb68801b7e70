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

    /// <summary>As <see cref="Aten.Conv2d"/>, always through oneDNN.</summary>
    public static Tensor Conv2d(Tensor input, Tensor weight, Tensor? bias, int stride, int padding)
    {
        FlopCounter.Current?.CountConv2d(input, weight, stride, padding);
        return s_convolution.Call(
            input, weight, bias, new long[] { padding, padding }, new long[] { stride, stride }, new long[] { 1, 1 }, 1L);
    }
}
