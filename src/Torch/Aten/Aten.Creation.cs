using System.Runtime.InteropServices;
using SparseProf.Torch.Native;

namespace SparseProf.Torch;

public static partial class Aten
{
    private static readonly Operator s_empty = new("aten::empty", "memory_format");
    private static readonly Operator s_zeros = new("aten::zeros");
    private static readonly Operator s_ones = new("aten::ones");
    private static readonly Operator s_full = new("aten::full");
    private static readonly Operator s_arange = new("aten::arange");
    private static readonly Operator s_randn = new("aten::randn");
    private static readonly Operator s_randint = new("aten::randint");
    private static readonly Operator s_zerosLike = new("aten::zeros_like");
    private static readonly Operator s_fillInPlace = new("aten::fill_", "Scalar");
    private static readonly Operator s_normalInPlace = new("aten::normal_");
    private static readonly Operator s_uniformInPlace = new("aten::uniform_");

    /// <summary>Memory with whatever it holds.</summary>
    public static Tensor Empty(ReadOnlySpan<long> sizes, ScalarType type = ScalarType.Float32, TorchDevice? device = null) =>
        s_empty.Call(sizes.ToArray(), type, Argument.None, device ?? TorchDevice.Cpu);

    public static Tensor Zeros(ReadOnlySpan<long> sizes, ScalarType type = ScalarType.Float32, TorchDevice? device = null) =>
        s_zeros.Call(sizes.ToArray(), type, Argument.None, device ?? TorchDevice.Cpu);

    public static Tensor Ones(ReadOnlySpan<long> sizes, ScalarType type = ScalarType.Float32, TorchDevice? device = null) =>
        s_ones.Call(sizes.ToArray(), type, Argument.None, device ?? TorchDevice.Cpu);

    public static Tensor Full(ReadOnlySpan<long> sizes, double value, ScalarType type = ScalarType.Float32, TorchDevice? device = null) =>
        s_full.Call(sizes.ToArray(), value, type, Argument.None, device ?? TorchDevice.Cpu);

    /// <summary>0, 1, … as int64.</summary>
    public static Tensor Arange(long end, TorchDevice? device = null) =>
        s_arange.Call(end, ScalarType.Int64, Argument.None, device ?? TorchDevice.Cpu);

    /// <summary>Standard normal numbers.</summary>
    public static Tensor Randn(ReadOnlySpan<long> sizes, ScalarType type = ScalarType.Float32, TorchDevice? device = null) =>
        s_randn.Call(sizes.ToArray(), type, Argument.None, device ?? TorchDevice.Cpu);

    /// <summary>Whole numbers from 0 up to but not including <paramref name="high"/>, as int64.</summary>
    public static Tensor Randint(long high, ReadOnlySpan<long> sizes, TorchDevice? device = null) =>
        s_randint.Call(high, sizes.ToArray(), ScalarType.Int64, Argument.None, device ?? TorchDevice.Cpu);

    public static Tensor ZerosLike(Tensor input) => s_zerosLike.Call(input);

    public static void FillInPlace(Tensor target, double value) => s_fillInPlace.CallInPlace(target, value);

    public static void NormalInPlace(Tensor target, double mean = 0, double deviation = 1) => s_normalInPlace.CallInPlace(target, mean, deviation);

    public static void UniformInPlace(Tensor target, double low = 0, double high = 1) => s_uniformInPlace.CallInPlace(target, low, high);

    /// <summary>A tensor over a managed array, not copied: both see each other's writes. The array stays pinned while libtorch refers to it.</summary>
    public static unsafe Tensor FromArray<T>(T[] array, params ReadOnlySpan<long> sizes)
        where T : unmanaged
    {
        CheckElements(array.Length, sizes);
        var pin = GCHandle.Alloc(array, GCHandleType.Pinned);
        return Over((void*)pin.AddrOfPinnedObject(), ScalarTypes.Of<T>(), sizes, &Unpin, GCHandle.ToIntPtr(pin));
    }

    /// <summary>A tensor over the caller's memory, not copied; the memory must outlive every view of the tensor.</summary>
    public static unsafe Tensor FromPointer<T>(T* data, params ReadOnlySpan<long> sizes)
        where T : unmanaged => Over(data, ScalarTypes.Of<T>(), sizes, null, 0);

    private static unsafe Tensor Over(void* data, ScalarType type, ReadOnlySpan<long> sizes, delegate* unmanaged<nint, void> release, nint context)
    {
        fixed (long* shape = sizes)
        {
            var handle = NativeMethods.FromBlob(data, shape, sizes.Length, (int)type, release, context);
            return handle != 0 ? new Tensor(handle) : throw NativeMethods.LastFailure();
        }
    }

    private static void CheckElements(int length, ReadOnlySpan<long> sizes)
    {
        long elements = 1;
        foreach (var size in sizes)
            elements = checked(elements * size);
        if (elements != length)
            throw new ArgumentException($"{length} elements do not make a tensor of {elements}", nameof(sizes));
    }

    [UnmanagedCallersOnly]
    private static void Unpin(nint pin) => GCHandle.FromIntPtr(pin).Free();
}
