using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Corruption;

/// <summary>A file with one byte changed, for every byte in a long run and for evenly spread ones in a usual one or in a piece.</summary>
internal static class Flips
{
    // From so many times the usual counts on, a run is a long one.
    private const double LongRun = 50;

    /// <summary>Calls <paramref name="test"/> with the changed content and the place; how many it was.</summary>
    /// <param name="usualStride">Bytes from one flip to the next where the run is usual.</param>
    /// <param name="longStride">The same in a long run.</param>
    public static int Each(byte[] content, int usualStride, Action<byte[], int> test, int longStride = 1)
    {
        var stride = FaultCounts.Factor >= LongRun ? longStride : Math.Max(longStride, (int)(usualStride / FaultCounts.Factor));
        var random = new Random(FaultCounts.Seed(content.Length));
        var changed = content.ToArray();
        var count = 0;
        var first = new Random(content.Length).Next(stride);
        for (var place = first + (stride * FaultCounts.Piece.Index); place < content.Length; place += stride * FaultCounts.Piece.Count)
        {
            // One bit, or several: what a disk, a cable and a careless editor do.
            changed[place] ^= count % 2 == 0 ? (byte)(1 << random.Next(8)) : (byte)random.Next(1, 256);
            test(changed, place);
            changed[place] = content[place];
            count++;
        }

        return count;
    }
}
