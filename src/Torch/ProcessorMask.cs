using System.Numerics;
using System.Runtime.InteropServices;

namespace SparseProf.Torch;

/// <summary>Processors that a thread may run on. Where the system tells none, every thread stays free.</summary>
public sealed partial class ProcessorMask
{
    // Enough for 8,192 processors.
    private const int Bytes = 1024;

    private readonly byte[] _bits;

    private ProcessorMask(byte[] bits) => _bits = bits;

    public int Count => _bits.Sum(bits => BitOperations.PopCount(bits));

    /// <summary>Those of the calling thread.</summary>
    public static ProcessorMask Current()
    {
        var bits = new byte[Bytes];
        return new ProcessorMask(GetAffinity(0, bits.Length, bits) == 0 ? bits : new byte[Bytes]);
    }

    /// <summary>Keeps the calling thread to them, and the threads and processes that it starts.</summary>
    public void Apply()
    {
        if (Count > 0)
            _ = SetAffinity(0, _bits.Length, _bits);
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nint size, [Out] byte[] mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint size, [In] byte[] mask);
}
