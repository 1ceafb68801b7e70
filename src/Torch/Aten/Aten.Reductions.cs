namespace SparseProf.Torch;

public static partial class Aten
{
    private static readonly Operator s_sum = new("aten::sum");
    private static readonly Operator s_mean = new("aten::mean");
    private static readonly Operator s_meanDimensions = new("aten::mean", "dim");
    private static readonly Operator s_max = new("aten::max");
    private static readonly Operator s_maxAlong = new("aten::max", "dim");
    private static readonly Operator s_argmax = new("aten::argmax");
    private static readonly Operator s_topk = new("aten::topk");
    private static readonly Operator s_sumDimensions = new("aten::sum", "dim_IntList");
    private static readonly Operator s_logsumexp = new("aten::logsumexp");
    private static readonly Operator s_norm = new("aten::norm", "Scalar");

    public static Tensor Sum(Tensor input) => s_sum.Call(input);

    public static Tensor Sum(Tensor input, params ReadOnlySpan<long> dimensions) => s_sumDimensions.Call(input, dimensions.ToArray());

    public static Tensor Logsumexp(Tensor input, int dimension) => s_logsumexp.Call(input, new long[] { dimension });

    public static Tensor Mean(Tensor input) => s_mean.Call(input);

    public static Tensor Mean(Tensor input, params ReadOnlySpan<long> dimensions) => s_meanDimensions.Call(input, dimensions.ToArray());

    public static Tensor Max(Tensor input) => s_max.Call(input);

    /// <summary>The largest along a dimension and where it stands.</summary>
    public static (Tensor Values, Tensor Indices) Max(Tensor input, int dimension) => s_maxAlong.CallForTwo(input, (long)dimension);

    public static Tensor Argmax(Tensor input, int dimension) => s_argmax.Call(input, (long)dimension);

    /// <summary>The k largest along the last dimension, largest first, and where they stand.</summary>
    public static (Tensor Values, Tensor Indices) Topk(Tensor input, long k) => s_topk.CallForTwo(input, k);

    /// <summary>The Euclidean norm of all elements.</summary>
    public static Tensor Norm(Tensor input) => s_norm.Call(input, 2.0);
}
