using System.Runtime.InteropServices;
using SparseProf.Profiler.Kernels.Memory;

namespace SparseProf.Profiler.Tests.Kernels;

public unsafe partial class NativeHeapTests
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

        NativeHeap.ReturnFree();

        // Of these pages, not of the process: tests beside this one allocate too.
        var resident = blocks.Sum(ResidentPages) * Environment.SystemPageSize;
        Array.ForEach(kept, piece => NativeMemory.Free((void*)piece));
        Assert.True(resident < Blocks * (long)BlockBytes / 2, $"{resident:N0} of {Blocks * (long)BlockBytes:N0} freed bytes are resident");
    }

    // Whole pages of a block; those that are not mapped any more are not resident.
    private static long ResidentPages(nint block)
    {
        var page = Environment.SystemPageSize;
        var first = (block + page - 1) / page * page;
        var states = stackalloc byte[BlockBytes / page];
        var pages = (int)((block + BlockBytes - first) / page);
        return mincore(first, (nuint)(pages * page), states) == 0 ? new ReadOnlySpan<byte>(states, pages).ToArray().Count(state => (state & 1) != 0) : 0;
    }

    [LibraryImport("libc")]
    private static partial int mincore(nint address, nuint length, byte* states);
}
