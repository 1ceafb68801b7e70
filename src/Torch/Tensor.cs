using System.Runtime.InteropServices;
using SparseProf.Torch.Native;

namespace SparseProf.Torch;

/// <summary>
/// One reference to a tensor of libtorch. It ends with <see cref="SafeHandle.Dispose()"/>, with the
/// <see cref="TensorScope"/> that was open when it was made, or at the latest with the garbage collector.
/// </summary>
public sealed unsafe class Tensor : SafeHandle
{
    private long[]? _shape;

    internal Tensor(nint owned)
        : base(0, ownsHandle: true)
    {
        if (owned == 0)
        {
            GC.SuppressFinalize(this);
            throw new TorchException("an operator returned an undefined tensor");
        }

        SetHandle(owned);
        TensorScope.Adopt(this);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Sizes of the dimensions.</summary>
    public ReadOnlySpan<long> Shape => _shape ??= ReadShape();

    public int Rank => Shape.Length;

    public long Elements => Info().Elements;

    public ScalarType ScalarType => (ScalarType)Info().ScalarType;

    public TorchDevice Device
    {
        get
        {
            var info = Info();
            return new TorchDevice((TorchDeviceType)info.DeviceType, info.DeviceIndex);
        }
    }

    /// <summary>Row-major without gaps.</summary>
    public bool IsContiguous => Info().Contiguous != 0;

    /// <summary>The first element; null where the layout has no plain memory, as oneDNN's has not.</summary>
    public nint DataPointer => (nint)Info().Data;

    public bool RequiresGrad
    {
        get => Info().RequiresGrad != 0;
        set
        {
            NativeMethods.Check(NativeMethods.SetRequiresGrad(Handle, value ? 1 : 0));
            GC.KeepAlive(this);
        }
    }

    internal TensorScope? Scope { get; set; }

    /// <exception cref="ObjectDisposedException">The tensor was disposed, by itself or with its scope.</exception>
    internal nint Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    /// <summary>The size of a dimension; negative ones count from the last.</summary>
    public long Size(int dimension) => Shape[dimension < 0 ? Rank + dimension : dimension];

    /// <summary>
    /// The elements in place, for code that reads or writes tensors without libtorch. Valid while the tensor lives.
    /// </summary>
    /// <exception cref="InvalidOperationException">Not contiguous, not on the CPU, or of another element type.</exception>
    public Span<T> Data<T>()
        where T : unmanaged
    {
        var info = Info();
        if (info.Contiguous == 0 || info.DeviceType != (int)TorchDeviceType.Cpu || (ScalarType)info.ScalarType != ScalarTypes.Of<T>())
            throw new InvalidOperationException($"{this} is not a contiguous {ScalarTypes.Of<T>()} tensor on the CPU");
        return new Span<T>(info.Data, checked((int)info.Elements));
    }

    /// <summary>The only element.</summary>
    public T Item<T>()
        where T : unmanaged
    {
        var data = Data<T>();
        return data.Length == 1 ? data[0] : throw new InvalidOperationException($"{this} has not one element");
    }

    public override string ToString()
    {
        if (IsClosed)
            return "a disposed tensor";
        var info = Info();
        return $"{(ScalarType)info.ScalarType} tensor [{string.Join(", ", Shape.ToArray())}] on {Device}";
    }

    protected override bool ReleaseHandle()
    {
        NativeMethods.Free(handle);
        return true;
    }

    private TensorInfo Info()
    {
        TensorInfo info;
        NativeMethods.Check(NativeMethods.Info(Handle, &info));
        GC.KeepAlive(this);
        return info;
    }

    private long[] ReadShape()
    {
        var info = Info();
        var shape = new ReadOnlySpan<long>(info.Sizes, info.Dimensions).ToArray();
        GC.KeepAlive(this);
        return shape;
    }
}
