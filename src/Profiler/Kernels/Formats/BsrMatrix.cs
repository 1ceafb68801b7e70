using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels.Memory;

namespace SparseProf.Profiler.Kernels.Formats;

/// <summary>
/// Block sparse rows of W[rows, columns]: blocks that hold any nonzero, each row-major, blocks of a block row in order.
/// Blocks that stick out over the border are filled with zeros.
/// </summary>
public sealed unsafe class BsrMatrix : ISparseMatrix
{
    private readonly AlignedBuffer<int> _blockRowStarts;
    private readonly AlignedBuffer<int> _blockColumns;
    private readonly AlignedBuffer<float> _values;

    private BsrMatrix(int rows, int columns, int blockHeight, int blockWidth, int blocks)
    {
        Rows = rows;
        Columns = columns;
        BlockHeight = blockHeight;
        BlockWidth = blockWidth;
        Blocks = blocks;
        _blockRowStarts = new(BlockRows + 1L);
        _blockColumns = new(blocks);
        _values = new((long)blocks * blockHeight * blockWidth);
    }

    public int Rows { get; }

    public int Columns { get; }

    public int BlockHeight { get; }

    public int BlockWidth { get; }

    public int Blocks { get; }

    public int BlockRows => (Rows + BlockHeight - 1) / BlockHeight;

    public long Nonzeros => (long)Blocks * BlockHeight * BlockWidth;

    public Bytes StoredBytes => new(Nonzeros * (double)sizeof(float) + (Blocks + BlockRows + 1.0) * sizeof(int));

    /// <summary>BlockRows + 1 places in <see cref="BlockColumns"/>.</summary>
    public ReadOnlySpan<int> BlockRowStarts => _blockRowStarts.Span;

    public ReadOnlySpan<int> BlockColumns => _blockColumns.Span;

    /// <summary>The weights of one block, row-major.</summary>
    public ReadOnlySpan<float> Block(int block) =>
        new(_values.Pointer + (long)block * BlockHeight * BlockWidth, BlockHeight * BlockWidth);

    /// <summary>Keeps each block of a row-major W that is not all zero.</summary>
    public static BsrMatrix FromDense(ReadOnlySpan<float> weights, int rows, int columns, int blockHeight, int blockWidth)
    {
        MatrixShape.Check(weights, rows, columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockWidth, 1);
        var (blockRows, blockColumns) = ((rows + blockHeight - 1) / blockHeight, (columns + blockWidth - 1) / blockWidth);
        var kept = new bool[checked(blockRows * blockColumns)];
        for (var place = 0; place < weights.Length; place++)
        {
            if (weights[place] != 0)
                kept[place / columns / blockHeight * blockColumns + place % columns / blockWidth] = true;
        }

        var matrix = new BsrMatrix(rows, columns, blockHeight, blockWidth, kept.AsSpan().Count(true));
        var next = 0;
        for (var blockRow = 0; blockRow < blockRows; blockRow++)
        {
            for (var blockColumn = 0; blockColumn < blockColumns; blockColumn++)
            {
                if (!kept[blockRow * blockColumns + blockColumn])
                    continue;
                matrix._blockColumns.Pointer[next] = blockColumn;
                matrix.CopyBlock(weights, blockRow, blockColumn, next++);
            }

            matrix._blockRowStarts.Pointer[blockRow + 1] = next;
        }

        return matrix;
    }

    public float[] ToDense()
    {
        var dense = new float[checked(Rows * Columns)];
        for (var blockRow = 0; blockRow < BlockRows; blockRow++)
        {
            for (var block = BlockRowStarts[blockRow]; block < BlockRowStarts[blockRow + 1]; block++)
            {
                var (top, left) = (blockRow * BlockHeight, BlockColumns[block] * BlockWidth);
                var width = Math.Min(BlockWidth, Columns - left);
                for (var i = 0; i < Math.Min(BlockHeight, Rows - top); i++)
                    Block(block).Slice(i * BlockWidth, width).CopyTo(dense.AsSpan((top + i) * Columns + left));
            }
        }

        return dense;
    }

    public void Dispose()
    {
        _blockRowStarts.Dispose();
        _blockColumns.Dispose();
        _values.Dispose();
    }

    private void CopyBlock(ReadOnlySpan<float> weights, int blockRow, int blockColumn, int block)
    {
        var (top, left) = (blockRow * BlockHeight, blockColumn * BlockWidth);
        var width = Math.Min(BlockWidth, Columns - left);
        for (var i = 0; i < Math.Min(BlockHeight, Rows - top); i++)
        {
            var target = new Span<float>(_values.Pointer + ((long)block * BlockHeight + i) * BlockWidth, width);
            weights.Slice((top + i) * Columns + left, width).CopyTo(target);
        }
    }
}
