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
                if (value.IndexOfAnyExcept((byte)0) < 0)
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

    /// <summary>The same blocks with rows of equal length: values lie row by row across the kept blocks of that row.</summary>
    /// <exception cref="ArgumentException">Rows of blocks keep different numbers of blocks.</exception>
    public static StoredWeights BlockedEll(byte[] weights, int rows, int columns, int size, int block)
    {
        var indices = new List<int>();
        var values = new List<byte>();
        var width = -1;
        for (var blockRow = 0; blockRow < rows / block; blockRow++)
        {
            var kept = KeptBlocks(weights, blockRow, columns, size, block);
            if (width >= 0 && kept.Count != width)
                throw new ArgumentException($"row {blockRow} of blocks keeps {kept.Count} blocks, the others {width}", nameof(weights));
            width = kept.Count;
            indices.AddRange(kept);
            for (var row = blockRow * block; row < (blockRow + 1) * block; row++)
            {
                foreach (var blockColumn in kept)
                    values.AddRange(weights.AsSpan((row * columns + blockColumn * block) * size, block * size));
            }
        }

        return new StoredWeights([], [.. indices], [.. values]);
    }

    private static List<int> KeptBlocks(byte[] weights, int blockRow, int columns, int size, int block)
    {
        var kept = new List<int>();
        for (var blockColumn = 0; blockColumn < columns / block; blockColumn++)
        {
            for (var row = blockRow * block; row < (blockRow + 1) * block; row++)
            {
                if (weights.AsSpan((row * columns + blockColumn * block) * size, block * size).IndexOfAnyExcept((byte)0) < 0)
                    continue;
                kept.Add(blockColumn);
                break;
            }
        }

        return kept;
    }
}
