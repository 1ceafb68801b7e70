using System.Runtime.InteropServices;

namespace SparseProf.Torch.Native;

internal enum ArgumentKind
{
    None,
    Tensor,
    Int,
    Double,
    Bool,
    Ints,
    Tensors,
    String,
    Device,
    Doubles,
    Default,
}

/// <summary>An argument or a result as the shim reads and writes it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeArgument
{
    public ArgumentKind Kind;
    public int Count;
    public long Bits;
}
