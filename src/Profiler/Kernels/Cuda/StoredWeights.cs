using SparseProf.Ops;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>Weights in a sparse format on the host: offsets of rows, column indices, and the kept values' bytes.</summary>
/// <param name="RowOffsets">One more than rows, or rows of blocks; empty for Blocked-ELL, whose rows are equally long.</param>
/// <param name="Columns">Of values, or of blocks.</param>
internal sealed record StoredWeights(int[] RowOffsets, int[] Columns, byte[] Values)
{
    public long Bytes => 4L * (RowOffsets.Length + Columns.Length) + Values.Length;

    /// <summary>Relative standard deviation of the number of kept values a row: the time of CSR products depends on it.</summary>
    public double RowVariation
    {
        get
        {
            var lengths = RowOffsets.Zip(RowOffsets.Skip(1), (start, end) => (double)(end - start)).ToArray();
            if (lengths.Length == 0)
                return 0;
            var mean = lengths.Average();
            return mean > 0 ? Math.Sqrt(lengths.Average(length => (length - mean) * (length - mean))) / mean : 0;
        }
    }

    /// <param name="weights">W[rows, columns], row-major, zeros where nothing is kept.</param>
    /// <param name="size">Bytes of an element.</param>
    public static StoredWeights Csr(byte[] weights, int rows, int columns, int size)
    {
        var offsets = new int[rows + 1];
        var indices = new List<int>();
        var values = new List<byte>();
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var value = weights.AsSpan((row * columns + column) * size, size);
                if (IsZero(value, size))
                    continue;
                indices.Add(column);
                values.AddRange(value);
            }

            offsets[row + 1] = indices.Count;
        }

        return new StoredWeights(offsets, [.. indices], [.. values]);
    }

    /// <summary>Kept blocks of each row of blocks, left to right, the values of a block row by row.</summary>
    public static StoredWeights Bsr(byte[] weights, int rows, int columns, int size, int block)
    {
        var offsets = new int[rows / block + 1];
        var indices = new List<int>();
        var values = new List<byte>();
        for (var blockRow = 0; blockRow < rows / block; blockRow++)
        {
            foreach (var blockColumn in KeptBlocks(weights, blockRow, columns, size, block))
            {
                indices.Add(blockColumn);
                for (var row = blockRow * block; row < (blockRow + 1) * block; row++)
                    values.AddRange(weights.AsSpan((row * columns + blockColumn * block) * size, block * size));
            }

            offsets[blockRow + 1] = indices.Count;
        }

        return new StoredWeights(offsets, [.. indices], [.. values]);
    }

    /// <summary>
    /// The same blocks with rows of equal length: values lie row by row across the blocks of that row. Short rows of blocks
    /// are padded with blocks of zeros at column −1.
    /// </summary>
    public static StoredWeights BlockedEll(byte[] weights, int rows, int columns, int size, int block)
    {
        var kept = Enumerable.Range(0, rows / block).Select(blockRow => KeptBlocks(weights, blockRow, columns, size, block)).ToList();
        var width = kept.Max(blocks => blocks.Count);
        var indices = new List<int>();
        var values = new List<byte>();
        for (var blockRow = 0; blockRow < kept.Count; blockRow++)
        {
            var padding = width - kept[blockRow].Count;
            indices.AddRange(kept[blockRow]);
            indices.AddRange(Enumerable.Repeat(-1, padding));
            for (var row = blockRow * block; row < (blockRow + 1) * block; row++)
            {
                foreach (var blockColumn in kept[blockRow])
                    values.AddRange(weights.AsSpan((row * columns + blockColumn * block) * size, block * size));
                values.AddRange(new byte[padding * block * size]);
            }
        }

        return new StoredWeights([], [.. indices], [.. values]);
    }

    // A negative weight times a mask's 0 is −0, whose sign is a bit of the last byte (all machines that run this are little-endian).
    private static bool IsZero(ReadOnlySpan<byte> values, int size)
    {
        const byte Magnitude = 0x7f;
        for (var at = values.IndexOfAnyExcept((byte)0); at >= 0;)
        {
            if (at % size != size - 1 || (values[at] & Magnitude) != 0)
                return false;
            var next = values[(at + 1)..].IndexOfAnyExcept((byte)0);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return true;
    }

    private static List<int> KeptBlocks(byte[] weights, int blockRow, int columns, int size, int block)
    {
        var kept = new List<int>();
        for (var blockColumn = 0; blockColumn < columns / block; blockColumn++)
        {
            for (var row = blockRow * block; row < (blockRow + 1) * block; row++)
            {
                if (IsZero(weights.AsSpan((row * columns + blockColumn * block) * size, block * size), size))
                    continue;
                kept.Add(blockColumn);
                break;
            }
        }

        return kept;
    }
}
