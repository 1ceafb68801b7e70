using SparseProf.Profiler.Kernels.Formats;
using SparseProf.Profiler.Kernels.Memory;

namespace SparseProf.Profiler.Kernels.Bsr;

/// <summary>
/// The blocks of a BSR matrix with their rows side by side, as the kernel reads them. The rows of a block are cut into
/// bands of two vectors; a block row holds, band after band, for each block and each of its columns the band's weights.
/// Bands that stick out over the block are filled with zeros.
/// </summary>
internal sealed unsafe class PackedBlocks : IDisposable
{
    private readonly AlignedBuffer<float> _weights;
    private readonly AlignedBuffer<int> _firstColumns;
    private readonly int[] _blockRowStarts;

    public PackedBlocks(BsrMatrix matrix, int bandRows)
    {
        Rows = matrix.Rows;
        Columns = matrix.Columns;
        BlockHeight = matrix.BlockHeight;
        BlockWidth = matrix.BlockWidth;
        BlockRows = matrix.BlockRows;
        BandRows = bandRows;
        _blockRowStarts = matrix.BlockRowStarts.ToArray();
        _firstColumns = new(matrix.Blocks);
        for (var block = 0; block < matrix.Blocks; block++)
            _firstColumns.Pointer[block] = matrix.BlockColumns[block] * BlockWidth;
        _weights = new((long)matrix.Blocks * Bands * BlockWidth * bandRows);
        for (var blockRow = 0; blockRow < BlockRows; blockRow++)
        {
            for (var band = 0; band < Bands; band++)
                CopyBand(matrix, blockRow, band);
        }
    }

    public int Rows { get; }

    public int Columns { get; }

    public int BlockHeight { get; }

    public int BlockWidth { get; }

    public int BlockRows { get; }

    public int BandRows { get; }

    public int Bands => (BlockHeight + BandRows - 1) / BandRows;

    public int BlocksIn(int blockRow) => _blockRowStarts[blockRow + 1] - _blockRowStarts[blockRow];

    /// <summary>The first column of each block of a block row.</summary>
    public int* FirstColumns(int blockRow) => _firstColumns.Pointer + _blockRowStarts[blockRow];

    /// <summary>Blocks × columns × <see cref="BandRows"/> weights.</summary>
    public float* Band(int blockRow, int band) =>
        _weights.Pointer + ((long)_blockRowStarts[blockRow] * Bands + (long)band * BlocksIn(blockRow)) * BlockWidth * BandRows;

    public void Dispose()
    {
        _weights.Dispose();
        _firstColumns.Dispose();
    }

    private void CopyBand(BsrMatrix matrix, int blockRow, int band)
    {
        var target = Band(blockRow, band);
        var rows = Math.Min(BandRows, BlockHeight - band * BandRows);
        for (var block = _blockRowStarts[blockRow]; block < _blockRowStarts[blockRow + 1]; block++)
        {
            var weights = matrix.Block(block);
            for (var column = 0; column < BlockWidth; column++, target += BandRows)
            {
                for (var row = 0; row < rows; row++)
                    target[row] = weights[(band * BandRows + row) * BlockWidth + column];
            }
        }
    }
}
