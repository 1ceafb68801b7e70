namespace SparseProf.Torch;

/// <summary>Operators of libtorch, named as PyTorch names them. Each makes a new tensor unless its name ends in InPlace.</summary>
public static partial class Aten
{
    private static readonly Operator s_linear = new("aten::linear");
    private static readonly Operator s_matmul = new("aten::matmul");
    private static readonly Operator s_mm = new("aten::mm");
    private static readonly Operator s_bmm = new("aten::bmm");
    private static readonly Operator s_baddbmm = new("aten::baddbmm");
    private static readonly Operator s_addmm = new("aten::addmm");
    private static readonly Operator s_conv2d = new("aten::conv2d");
    private static readonly Operator s_attention = new("aten::scaled_dot_product_attention");

    /// <summary>Whether the loaded libtorch has <see cref="ScaledDotProductAttention"/> (from 2.0 on).</summary>
    public static bool HasScaledDotProductAttention => s_attention.Exists;

    /// <summary>y[…, N] = x[…, K] · W[N, K]ᵀ + bias[N].</summary>
    public static Tensor Linear(Tensor input, Tensor weight, Tensor? bias = null)
    {
        FlopCounter.Current?.CountLinear(input, weight);
        return s_linear.Call(input, weight, bias);
    }

    public static Tensor Matmul(Tensor left, Tensor right)
    {
        FlopCounter.Current?.CountMatmul(left, right);
        return s_matmul.Call(left, right);
    }

    public static Tensor Mm(Tensor left, Tensor right)
    {
        FlopCounter.Current?.CountMatmul(left, right);
        return s_mm.Call(left, right);
    }

    public static Tensor Bmm(Tensor left, Tensor right)
    {
        FlopCounter.Current?.CountMatmul(left, right);
        return s_bmm.Call(left, right);
    }

    /// <summary>beta · addend + alpha · left · right, for each of the batch.</summary>
    public static Tensor Baddbmm(Tensor addend, Tensor left, Tensor right, double beta = 1, double alpha = 1)
    {
        FlopCounter.Current?.CountMatmul(left, right);
        return s_baddbmm.Call(addend, left, right, beta, alpha);
    }

    /// <summary>beta · addend + alpha · left · right.</summary>
    public static Tensor Addmm(Tensor addend, Tensor left, Tensor right, double beta = 1, double alpha = 1)
    {
        FlopCounter.Current?.CountMatmul(left, right);
        return s_addmm.Call(addend, left, right, beta, alpha);
    }

    /// <summary>Images NCHW, weights [outputs, inputs, height, width].</summary>
    public static Tensor Conv2d(Tensor input, Tensor weight, Tensor? bias = null, int stride = 1, int padding = 0)
    {
        FlopCounter.Current?.CountConv2d(input, weight, stride, padding);
        return s_conv2d.Call(input, weight, bias, new long[] { stride, stride }, new long[] { padding, padding });
    }

    /// <summary>softmax(q kᵀ / √width) v over [batch, heads, tokens, width]; see <see cref="HasScaledDotProductAttention"/>.</summary>
    public static Tensor ScaledDotProductAttention(Tensor query, Tensor key, Tensor value, bool causal = false)
    {
        FlopCounter.Current?.CountAttention(query, key, value);
        return s_attention.Call(query, key, value, Argument.None, 0.0, causal);
    }
}
