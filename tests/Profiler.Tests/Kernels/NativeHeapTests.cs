using System.Runtime.InteropServices;
using SparseProf.Profiler.Kernels.Memory;

namespace SparseProf.Profiler.Tests.Kernels;

public unsafe class NativeHeapTests
{
    // Below what the C library asks the system for block by block.
    private const int BlockBytes = 64 << 10;
    private const int Blocks = 2048;

    [Fact]
    public void What_was_freed_between_kept_pieces_goes_back_to_the_system()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.Load("libc.so.6"), "malloc_trim", out _), "no glibc");
        var (blocks, kept) = (new nint[Blocks], new nint[Blocks]);
        for (var i = 0; i < Blocks; i++)
        {
            blocks[i] = (nint)NativeMemory.Alloc(BlockBytes);
            NativeMemory.Fill((void*)blocks[i], BlockBytes, 1);
            kept[i] = (nint)NativeMemory.Alloc(64);
        }

        Array.ForEach(blocks, block => NativeMemory.Free((void*)block));
        var before = Resident();

        NativeHeap.ReturnFree();

        var returned = before - Resident();
        Array.ForEach(kept, piece => NativeMemory.Free((void*)piece));
        Assert.True(returned > Blocks * (long)BlockBytes / 2, $"{returned:N0} of {Blocks * (long)BlockBytes:N0} bytes were returned");
    }

    private static long Resident() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
}
