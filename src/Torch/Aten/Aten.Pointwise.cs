namespace SparseProf.Torch;

public static partial class Aten
{
    private static readonly Operator s_add = new("aten::add", "Tensor");
    private static readonly Operator s_addScalar = new("aten::add", "Scalar");
    private static readonly Operator s_addInPlace = new("aten::add_", "Tensor");
    private static readonly Operator s_sub = new("aten::sub", "Tensor");
    private static readonly Operator s_mul = new("aten::mul", "Tensor");
    private static readonly Operator s_mulScalar = new("aten::mul", "Scalar");
    private static readonly Operator s_mulInPlace = new("aten::mul_", "Tensor");
    private static readonly Operator s_mulScalarInPlace = new("aten::mul_", "Scalar");
    private static readonly Operator s_div = new("aten::div", "Tensor");
    private static readonly Operator s_addcmulInPlace = new("aten::addcmul_");
    private static readonly Operator s_addcdivInPlace = new("aten::addcdiv_");
    private static readonly Operator s_relu = new("aten::relu");
    private static readonly Operator s_reluInPlace = new("aten::relu_");
    private static readonly Operator s_gelu = new("aten::gelu");
    private static readonly Operator s_tanh = new("aten::tanh");
    private static readonly Operator s_log = new("aten::log");
    private static readonly Operator s_lerpInPlace = new("aten::lerp_", "Scalar");
    private static readonly Operator s_addScalarInPlace = new("aten::add_", "Scalar");
    private static readonly Operator s_sqrt = new("aten::sqrt");
    private static readonly Operator s_abs = new("aten::abs");
    private static readonly Operator s_neScalar = new("aten::ne", "Scalar");
    private static readonly Operator s_eq = new("aten::eq", "Tensor");
    private static readonly Operator s_dropout = new("aten::dropout");

    /// <summary>left + alpha · right.</summary>
    public static Tensor Add(Tensor left, Tensor right, double alpha = 1) => s_add.Call(left, right, alpha);

    public static Tensor Add(Tensor left, double right) => s_addScalar.Call(left, right);

    public static void AddInPlace(Tensor target, Tensor other, double alpha = 1) => s_addInPlace.CallInPlace(target, other, alpha);

    public static Tensor Sub(Tensor left, Tensor right) => s_sub.Call(left, right);

    public static Tensor Mul(Tensor left, Tensor right) => s_mul.Call(left, right);

    public static Tensor Mul(Tensor left, double right) => s_mulScalar.Call(left, right);

    public static void MulInPlace(Tensor target, Tensor other) => s_mulInPlace.CallInPlace(target, other);

    public static void MulInPlace(Tensor target, double factor) => s_mulScalarInPlace.CallInPlace(target, factor);

    public static Tensor Div(Tensor left, Tensor right) => s_div.Call(left, right);

    /// <summary>target += value · left · right.</summary>
    public static void AddcmulInPlace(Tensor target, Tensor left, Tensor right, double value = 1) =>
        s_addcmulInPlace.CallInPlace(target, left, right, value);

    /// <summary>target += value · left / right.</summary>
    public static void AddcdivInPlace(Tensor target, Tensor left, Tensor right, double value = 1) =>
        s_addcdivInPlace.CallInPlace(target, left, right, value);

    public static Tensor Relu(Tensor input) => s_relu.Call(input);

    public static void ReluInPlace(Tensor target) => s_reluInPlace.CallInPlace(target);

    /// <summary>The exact form, with the error function.</summary>
    public static Tensor Gelu(Tensor input) => s_gelu.Call(input);

    public static Tensor Tanh(Tensor input) => s_tanh.Call(input);

    public static Tensor Log(Tensor input) => s_log.Call(input);

    /// <summary>target += weight · (end − target).</summary>
    public static void LerpInPlace(Tensor target, Tensor end, double weight) => s_lerpInPlace.CallInPlace(target, end, weight);

    public static void AddInPlace(Tensor target, double value) => s_addScalarInPlace.CallInPlace(target, value);

    public static Tensor Sqrt(Tensor input) => s_sqrt.Call(input);

    public static Tensor Abs(Tensor input) => s_abs.Call(input);

    public static Tensor Ne(Tensor input, double other) => s_neScalar.Call(input, other);

    public static Tensor Eq(Tensor left, Tensor right) => s_eq.Call(left, right);

    public static Tensor Dropout(Tensor input, double probability, bool training) => s_dropout.Call(input, probability, training);
}
