using System.Runtime.InteropServices;
using SparseProf.Profiler.Kernels.Formats;
using SparseProf.Profiler.Kernels.Memory;
using SparseProf.Profiler.Kernels.Simd;

namespace SparseProf.Profiler.Kernels.Spmm;

/// <summary>
/// Sparse weights in the order in which the panel kernel reads them. A chunk of rows holds one piece a strip of columns;
/// a piece holds the rows' nonzeros in quads of four values and four panel offsets, then up to three more. Rows with equally
/// many nonzeros follow each other, so that the kernel's branches go the same way for many rows and are predicted.
/// </summary>
internal sealed unsafe class PackedWeights : IDisposable
{
    /// <summary>A float and a 16-bit panel offset; n values are followed by their n offsets, n = 4, then 2, then 1.</summary>
    public const int NonzeroBytes = sizeof(float) + sizeof(ushort);

    /// <summary>Panel offsets are stored in units of 8 bytes, the largest scale of an address, so that 16 bits reach far enough.</summary>
    public const int OffsetUnit = 8;

    private readonly AlignedBuffer<byte> _nonzeros;
    private readonly AlignedBuffer<ushort> _rows;
    private readonly AlignedBuffer<RowRun> _runs;

    private PackedWeights(PanelLayout layout, int rows, int columns, Chunk[] chunks, PackedPieces packed)
    {
        Layout = layout;
        Rows = rows;
        Columns = columns;
        Chunks = chunks;
        MaxChunkRows = chunks.Max(chunk => chunk.RowCount);
        _nonzeros = Copy(packed.Nonzeros);
        _rows = Copy(packed.Rows);
        _runs = Copy(packed.Runs);
    }

    public PanelLayout Layout { get; }

    public int Rows { get; }

    public int Columns { get; }

    public Chunk[] Chunks { get; }

    /// <summary>The most rows of any chunk.</summary>
    public int MaxChunkRows { get; }

    public PieceView View(in Piece piece) => new(_nonzeros.Pointer + piece.Nonzeros, _rows.Pointer + piece.Rows, _runs.Pointer + piece.Runs, piece.RunCount);

    /// <summary>Packs for panels of an instruction set and for that many threads.</summary>
    public static PackedWeights Pack(ISparseMatrix matrix, SimdLevel level, int threads) =>
        Pack(matrix.Rows(), PanelLayout.For(level, matrix.Columns, matrix.Nonzeros, threads));

    private static PackedWeights Pack(IRowSource source, PanelLayout layout)
    {
        var packed = new PackedPieces(source, layout);
        var chunks = new List<Chunk>();
        for (var row = 0; row < source.Rows;)
        {
            var end = ChunkEnd(source, layout, row);
            chunks.Add(new Chunk(row, end - row, packed.PackChunk(row, end)));
            row = end;
        }

        return new(layout, source.Rows, source.Columns, [.. chunks], packed);
    }

    public void Dispose()
    {
        _nonzeros.Dispose();
        _rows.Dispose();
        _runs.Dispose();
    }

    private static int ChunkEnd(IRowSource source, PanelLayout layout, int start)
    {
        var (end, nonzeros) = (start, 0L);
        while (end < source.Rows && end - start < PanelLayout.MaxChunkRows && (end == start || nonzeros < layout.ChunkNonzeros))
            nonzeros += source.Nonzeros(end++);
        return end;
    }

    private static AlignedBuffer<T> Copy<T>(List<T> list)
        where T : unmanaged
    {
        var buffer = new AlignedBuffer<T>(list.Count);
        CollectionsMarshal.AsSpan(list).CopyTo(buffer.Span);
        return buffer;
    }
}

/// <summary>Rows [FirstRow, FirstRow + RowCount) with one piece a strip.</summary>
internal sealed record Chunk(int FirstRow, int RowCount, Piece[] Pieces);

/// <summary>Where a piece begins in the packed arrays.</summary>
internal readonly record struct Piece(long Nonzeros, int Rows, int Runs, int RunCount);

/// <summary>That many consecutive rows have that many nonzeros each.</summary>
internal readonly record struct RowRun(int Rows, int Nonzeros);

/// <summary>A piece as the kernel reads it.</summary>
internal readonly unsafe struct PieceView(byte* nonzeros, ushort* rows, RowRun* runs, int runCount)
{
    public readonly byte* Nonzeros = nonzeros;

    /// <summary>Row numbers within the chunk.</summary>
    public readonly ushort* Rows = rows;
    public readonly RowRun* Runs = runs;
    public readonly int RunCount = runCount;
}
