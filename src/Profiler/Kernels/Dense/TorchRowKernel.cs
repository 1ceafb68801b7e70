using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels.Checking;
using SparseProf.Torch;

namespace SparseProf.Profiler.Kernels.Dense;

/// <summary>Softmax, layer normalization and elementwise functions over rows×columns.</summary>
public sealed class TorchRowKernel : TorchKernel
{
    private const double LayerNormEpsilon = 1e-5;

    public override string Name => "torch";

    public override string Algorithm => "libtorch's default";

    protected override string? MisfitOf(Op op) => op switch
    {
        Softmax => null,
        Normalization { Method: "layer_norm" } => null,
        Elementwise { Function: "gelu" or "relu" or "tanh", Operands: 1 } or Elementwise { Function: "add", Operands: 2 } => null,
        Elementwise elementwise => $"no check for {elementwise.Function} of {elementwise.Operands} operands; there are gelu, relu, tanh of one and add of two",
        _ => $"{Name} has no row kernel for {op.Kind}",
    };

    protected override IPreparedKernel PrepareFitting(Op op, KernelData data)
    {
        var (rows, columns) = op switch
        {
            Softmax softmax => (softmax.Rows, softmax.Columns),
            Normalization normalization => (normalization.Rows, normalization.Columns),
            Elementwise elementwise => (elementwise.Rows, elementwise.Columns),
            _ => throw new NotSupportedException($"{Name} has no row kernel for {op.Kind}"),
        };
        var operands = OperandSizes(op, rows, columns).Select((size, i) => Normal(size, data.Seed + i)).ToArray();
        return new TorchCall(
            data.Copies,
            () => [.. operands.Select(operand => operand.Length == columns && op is Normalization ? Tensor(operand, columns) : Tensor(operand, rows, columns))],
            copy => Call(op, copy),
            result => ResultCheck.Compare(result, Reference(op, operands, (int)columns), ResultCheck.Tolerance(op.DType, columns)),
            op.WeightBytes,
            op.CompulsoryTraffic);
    }

    private static IEnumerable<long> OperandSizes(Op op, long rows, long columns) => op switch
    {
        Normalization => [rows * columns, columns, columns],
        Elementwise { Operands: 2 } => [rows * columns, rows * columns],
        _ => [rows * columns],
    };

    private static Tensor Call(Op op, Tensor[] operands) => op switch
    {
        Softmax => Aten.Softmax(operands[0], -1),
        Normalization => Aten.LayerNorm(operands[0], operands[1], operands[2], LayerNormEpsilon),
        Elementwise { Function: "gelu" } => Aten.Gelu(operands[0]),
        Elementwise { Function: "relu" } => Aten.Relu(operands[0]),
        Elementwise { Function: "tanh" } => Aten.Tanh(operands[0]),
        _ => Aten.Add(operands[0], operands[1]),
    };

    private static double[] Reference(Op op, float[][] operands, int columns) => op switch
    {
        Softmax => ReferenceRows.Softmax(operands[0], columns),
        Normalization => ReferenceRows.LayerNorm(operands[0], operands[1], operands[2], LayerNormEpsilon),
        Elementwise { Function: "gelu" } => Array.ConvertAll(operands[0], value => ReferenceRows.Gelu(value)),
        Elementwise { Function: "relu" } => Array.ConvertAll(operands[0], value => Math.Max(0.0, value)),
        Elementwise { Function: "tanh" } => Array.ConvertAll(operands[0], value => Math.Tanh(value)),
        _ => [.. operands[0].Zip(operands[1], (left, right) => (double)left + right)],
    };

    private static float[] Normal(long size, int seed)
    {
        var values = new float[size];
        NormalData.Fill(values, seed);
        return values;
    }

    private static Tensor Tensor(float[] values, params ReadOnlySpan<long> sizes) => Aten.FromArray([.. values], sizes);
}
