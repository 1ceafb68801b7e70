using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Corruption;

/// <summary>A file with one byte changed, for every byte in a long run and for evenly spread ones in a usual one.</summary>
internal static class Flips
{
    /// <summary>Calls <paramref name="test"/> with the changed content and the place; how many it was.</summary>
    /// <param name="usualStride">Bytes from one flip to the next where the run is usual.</param>
    public static int Each(byte[] content, int usualStride, Action<byte[], int> test)
    {
        var stride = Math.Max(1, (int)(usualStride / FaultCounts.Factor));
        var random = new Random(content.Length);
        var changed = content.ToArray();
        var count = 0;
        for (var place = random.Next(stride); place < content.Length; place += stride)
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
