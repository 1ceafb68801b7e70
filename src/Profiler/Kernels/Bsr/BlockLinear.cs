using SparseProf.Profiler.Kernels.Formats;
using SparseProf.Profiler.Kernels.Memory;
using SparseProf.Profiler.Kernels.Simd;
using SparseProf.Profiler.Kernels.Threading;

namespace SparseProf.Profiler.Kernels.Bsr;

/// <summary>
/// A linear layer with block-sparse weights. Vectors run along the rows of a block, so inputs and results stay row-major;
/// the blocks of one block row stay in the first-level cache while the tokens stream by.
/// </summary>
internal sealed unsafe class BlockLinear : ISparseLinear
{
    private const int TileTokens = 6;

    /// <summary>Items of work a thread, so that block rows of unequal length even out.</summary>
    private const int ItemsPerThread = 8;

    private readonly PackedBlocks _weights;
    private readonly AlignedBuffer<float> _bias;
    private readonly WorkerTeam _team;
    private readonly Work _work;
    private readonly BandKernels _kernels;

    public BlockLinear(BsrMatrix matrix, ReadOnlySpan<float> bias, SimdLevel level, WorkerTeam team)
    {
        level = Fitting(level, matrix.BlockHeight);
        Name = $"bsr.{level.Name()}";
        _kernels = new(level);
        _weights = new(matrix, _kernels.BandRows);
        _bias = new((long)_weights.BlockRows * _weights.Bands * _weights.BandRows + _weights.Rows);
        bias.CopyTo(_bias.Span);
        _team = team;
        _work = new(this);
    }

    /// <summary>Half of a band of two long vectors would be filling where blocks are 16 rows high.</summary>
    private static SimdLevel Fitting(SimdLevel level, int blockHeight)
    {
        var last = blockHeight % (2 * Avx512Simd.Width);
        return level == SimdLevel.Avx512 && last > 0 && last <= Avx512Simd.Width ? SimdLevel.Avx2 : level;
    }

    public int Outputs => _weights.Rows;

    public int Inputs => _weights.Columns;

    public string Name { get; }

    public void Run(float* x, long tokens, float* y)
    {
        _work.Prepare(x, tokens, y);
        _team.Run(_work);
    }

    public void Dispose()
    {
        _weights.Dispose();
        _bias.Dispose();
    }

    /// <summary>One item is a block row and a slice of the tokens.</summary>
    private sealed class Work(BlockLinear layer) : ParallelWork
    {
        private float* _x;
        private float* _y;
        private long _tokens;
        private long _slices;

        public void Prepare(float* x, long tokens, float* y)
        {
            _x = x;
            _y = y;
            _tokens = tokens;
            var wanted = (ItemsPerThread * layer._team.Threads + layer._weights.BlockRows - 1) / layer._weights.BlockRows;
            _slices = Math.Clamp((tokens + TileTokens - 1) / TileTokens, 1, wanted);
        }

        protected internal override void Execute(int worker)
        {
            var items = layer._weights.BlockRows * _slices;
            var sliceTokens = ((_tokens + _slices - 1) / _slices + TileTokens - 1) / TileTokens * TileTokens;
            while (TakeNext() is var item && item < items)
            {
                var first = item % _slices * sliceTokens;
                MultiplyBlockRow((int)(item / _slices), first, Math.Min(first + sliceTokens, _tokens));
            }
        }

        private void MultiplyBlockRow(int blockRow, long from, long to)
        {
            var weights = layer._weights;
            for (var band = 0; band < weights.Bands; band++)
            {
                var row = blockRow * weights.BlockHeight + band * weights.BandRows;
                var rows = Math.Min(Math.Min(weights.BandRows, weights.BlockHeight - band * weights.BandRows), weights.Rows - row);
                if (rows <= 0)
                    return;
                var view = new BandView(
                    weights.Band(blockRow, band), layer._bias.Pointer + row, weights.FirstColumns(blockRow), weights.BlocksIn(blockRow), weights.BlockWidth, weights.Columns);
                for (var token = from; token < to;)
                {
                    var tile = to - token >= TileTokens ? TileTokens : to - token >= 2 ? 2 : 1;
                    MultiplyTile(view, token, tile, row, rows);
                    token += tile;
                }
            }
        }

        private void MultiplyTile(in BandView band, long token, int tile, int row, int rows)
        {
            var kernel = tile == TileTokens ? layer._kernels.SixTokens : layer._kernels.TwoTokens;
            var x = _x + token * layer.Inputs;
            var y = _y + token * layer.Outputs + row;
            var (xStride, yStride) = tile == 1 ? (0, 0) : ((nint)layer.Inputs, (nint)layer.Outputs);
            var bandRows = layer._weights.BandRows;
            if (rows == bandRows)
            {
                kernel(band, x, xStride, y, yStride);
                return;
            }

            // The band sticks out over the block or the matrix: what lies beyond must not be written.
            var whole = stackalloc float[TileTokens * bandRows];
            kernel(band, x, xStride, whole, bandRows);
            for (var i = 0; i < tile; i++)
                new Span<float>(whole + i * bandRows, rows).CopyTo(new Span<float>(y + i * yStride, rows));
        }
    }
}
