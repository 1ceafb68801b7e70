using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels.Operands;
using SparseProf.Torch;

namespace SparseProf.Profiler.Kernels.Dense;

/// <summary>A dense convolution, whatever zeros the weights hold; through libtorch's own choice or always through oneDNN.</summary>
public sealed class TorchConvolutionKernel(bool oneDnn) : TorchKernel
{
    public override string Name => oneDnn ? "torch.mkldnn_convolution" : "torch.conv2d";

    public override string Algorithm => oneDnn ? "oneDNN" : "libtorch's default";

    protected override string? MisfitOf(Op op) => op switch
    {
        not Conv2d => $"{Name} convolves only",
        _ when oneDnn && !OneDnn.Exists => "this libtorch was built without oneDNN",
        _ => null,
    };

    protected override IPreparedKernel PrepareFitting(Op op, KernelData data)
    {
        var operands = new ConvolutionOperands((Conv2d)op, data.Seed);
        var shape = operands.Shape;
        return new TorchCall(
            data.Copies,
            () =>
            [
                Aten.FromArray<float>([.. operands.X], operands.Batch, shape.Inputs, operands.Height, operands.Width),
                Aten.FromArray<float>([.. operands.Weights], shape.Outputs, shape.Inputs, shape.Kernel, shape.Kernel),
                .. operands.Bias.Length == 0 ? Array.Empty<Tensor>() : [Aten.FromArray<float>([.. operands.Bias], shape.Outputs)],
            ],
            copy => Call(copy[0], copy[1], copy.Length > 2 ? copy[2] : null, shape.Stride, shape.Padding),
            result => operands.Check(result),
            new Bytes((operands.Weights.Length + operands.Bias.Length) * (double)sizeof(float)),
            op.CompulsoryTraffic);
    }

    private Tensor Call(Tensor x, Tensor weights, Tensor? bias, int stride, int padding) =>
        oneDnn ? OneDnn.Conv2d(x, weights, bias, stride, padding) : Aten.Conv2d(x, weights, bias, stride, padding);
}
