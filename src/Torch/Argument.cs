using SparseProf.Torch.Native;

namespace SparseProf.Torch;

/// <summary>An argument of an operator. It holds the managed object, so that no tensor is finalized during the call.</summary>
public readonly struct Argument
{
    private Argument(ArgumentKind kind, object? reference = null, long bits = 0, int count = 0)
    {
        Kind = kind;
        Reference = reference;
        Bits = bits;
        Count = count;
    }

    public static Argument None => new(ArgumentKind.None);

    /// <summary>What the operator's schema says where nothing is given.</summary>
    public static Argument Default => new(ArgumentKind.Default);

    internal ArgumentKind Kind { get; }

    internal object? Reference { get; }

    internal long Bits { get; }

    internal int Count { get; }

    public static implicit operator Argument(Tensor? tensor) => tensor is null ? None : new(ArgumentKind.Tensor, tensor);

    public static implicit operator Argument(Tensor[] tensors) => new(ArgumentKind.Tensors, tensors, count: tensors.Length);

    public static implicit operator Argument(long value) => new(ArgumentKind.Int, bits: value);

    public static implicit operator Argument(double value) => new(ArgumentKind.Double, bits: BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Argument(bool value) => new(ArgumentKind.Bool, bits: value ? 1 : 0);

    public static implicit operator Argument(long[] values) => new(ArgumentKind.Ints, values, count: values.Length);

    public static implicit operator Argument(double[] values) => new(ArgumentKind.Doubles, values, count: values.Length);

    public static implicit operator Argument(string text) => new(ArgumentKind.String, text);

    public static implicit operator Argument(ScalarType type) => new(ArgumentKind.Int, bits: (long)type);

    public static implicit operator Argument(TorchDevice device) => new(ArgumentKind.Device, bits: (long)device.Type, count: device.Index);
}
