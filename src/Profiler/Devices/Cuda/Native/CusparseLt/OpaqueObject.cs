using System.Runtime.InteropServices;

namespace SparseProf.Profiler.Devices.Cuda.Native.CusparseLt;

/// <summary>
/// Memory for one cuSPARSELt object. Its size changed with the versions (1 024, 11 024, 13 072, 512 bytes) and objects
/// point at each other, so each gets more than any version needed, zeroed, and never moves.
/// </summary>
internal sealed unsafe class OpaqueObject : IDisposable
{
    public const int SizeInBytes = 16384;
    public const int Alignment = 256;

    private void* _memory;

    public OpaqueObject()
    {
        _memory = NativeMemory.AlignedAlloc(SizeInBytes, Alignment);
        NativeMemory.Clear(_memory, SizeInBytes);
    }

    public void* Pointer => _memory is not null ? _memory : throw new ObjectDisposedException(nameof(OpaqueObject));

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
