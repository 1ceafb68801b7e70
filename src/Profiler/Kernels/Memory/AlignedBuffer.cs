using System.Runtime.InteropServices;

namespace SparseProf.Profiler.Kernels.Memory;

/// <summary>Native memory on a cache-line border, zeroed at first; freed by Dispose or the finalizer.</summary>
public sealed unsafe class AlignedBuffer<T> : SafeHandle
    where T : unmanaged
{
    /// <summary>Bytes; a cache line and the widest vector.</summary>
    public const int Alignment = 64;

    public AlignedBuffer(long length)
        : base(0, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        var bytes = checked((nuint)length * (nuint)sizeof(T));
        // One line more than asked for: kernels may read a vector that starts at the last element.
        var padded = (bytes + 2 * Alignment - 1) / Alignment * Alignment;
        SetHandle((nint)NativeMemory.AlignedAlloc(padded, Alignment));
        NativeMemory.Clear((void*)handle, padded);
    }

    /// <summary>Elements.</summary>
    public long Length { get; }

    public T* Pointer => (T*)handle;

    /// <exception cref="OverflowException">More elements than a span can hold.</exception>
    public Span<T> Span => new(Pointer, checked((int)Length));

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
