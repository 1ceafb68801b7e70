using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels.Operands;
using SparseProf.Torch;

namespace SparseProf.Profiler.Kernels.Dense;

/// <summary>A dense product, whatever zeros the weights hold.</summary>
public abstract class TorchGemmKernel : TorchKernel
{
    protected override string? MisfitOf(Op op) => op switch
    {
        not Gemm => $"{Name} multiplies matrices only",
        Gemm { Batch: > 1 } => $"{Name} has no batches of products",
        _ => null,
    };

    protected override IPreparedKernel PrepareFitting(Op op, KernelData data)
    {
        var operands = new GemmOperands((Gemm)op, data.Seed);
        return new TorchCall(
            data.Copies,
            () => [Copy(operands.X, operands.Tokens, operands.Inputs), PrepareWeights(operands), .. Bias(operands)],
            copy => Call(copy[0], copy[1], copy.Length > 2 ? copy[2] : null),
            result => operands.Check(result),
            new Bytes((operands.Weights.Length + operands.Bias.Length) * (double)sizeof(float)),
            op.CompulsoryTraffic);
    }

    /// <summary>The weights in the layout that <see cref="Call"/> wants.</summary>
    private protected virtual Tensor PrepareWeights(GemmOperands operands) => Copy(operands.Weights, operands.Outputs, operands.Inputs);

    private protected virtual Tensor[] Bias(GemmOperands operands) => operands.Bias.Length == 0 ? [] : [Copy(operands.Bias, operands.Outputs)];

    private protected abstract Tensor Call(Tensor x, Tensor weights, Tensor? bias);

    private protected static Tensor Copy(float[] values, params ReadOnlySpan<long> sizes) => Aten.FromArray([.. values], sizes);
}

/// <summary>libtorch's own choice.</summary>
public sealed class TorchLinearKernel : TorchGemmKernel
{
    public override string Name => "torch.linear";

    public override string Algorithm => "libtorch's default";

    private protected override Tensor Call(Tensor x, Tensor weights, Tensor? bias) => Aten.Linear(x, weights, bias);
}

/// <summary>oneDNN's product with weights in its layout; plain input and result.</summary>
public sealed class OneDnnLinearKernel : TorchGemmKernel
{
    public override string Name => "torch.mkldnn_linear";

    public override string Algorithm => "oneDNN, weights reordered once";

    protected override string? MisfitOf(Op op) => OneDnn.Exists ? base.MisfitOf(op) : "this libtorch was built without oneDNN";

    private protected override Tensor PrepareWeights(GemmOperands operands)
    {
        using var plain = base.PrepareWeights(operands);
        return OneDnn.ToMkldnn(plain);
    }

    // oneDNN's linear takes a bias in its layout only.
    private protected override Tensor[] Bias(GemmOperands operands) => [.. base.Bias(operands).Select(Reorder)];

    private protected override Tensor Call(Tensor x, Tensor weights, Tensor? bias) => OneDnn.Linear(x, weights, bias);

    private static Tensor Reorder(Tensor plain)
    {
        using (plain)
            return OneDnn.ToMkldnn(plain);
    }
}

/// <summary>oneDNN's convolution with 1×1 kernels; no operand is copied.</summary>
public sealed class OneDnnPointwiseLinearKernel : TorchGemmKernel
{
    public override string Name => "torch.mkldnn_pointwise";

    public override string Algorithm => "oneDNN, as a 1×1 convolution over the tokens";

    protected override string? MisfitOf(Op op) => OneDnn.Exists ? base.MisfitOf(op) : "this libtorch was built without oneDNN";

    private protected override Tensor PrepareWeights(GemmOperands operands) => Copy(operands.Weights, operands.Outputs, operands.Inputs, 1, 1);

    private protected override Tensor Call(Tensor x, Tensor weights, Tensor? bias) => OneDnn.PointwiseLinear(x, weights, bias);
}
