using System.Runtime.InteropServices;

namespace SparseProf.Profiler.Kernels.Spmm;

/// <summary>Builds the arrays of <see cref="PackedWeights"/>, chunk after chunk.</summary>
internal sealed class PackedPieces(IRowSource source, PanelLayout layout)
{
    private readonly int[] _columns = new int[source.Columns];
    private readonly float[] _values = new float[source.Columns];
    private readonly int _unitsPerColumn = layout.PanelTokens * sizeof(float) / PackedWeights.OffsetUnit;

    public List<byte> Nonzeros { get; } = [];

    public List<ushort> Rows { get; } = [];

    public List<RowRun> Runs { get; } = [];

    /// <summary>Packs rows [start, end) and returns their pieces, one a strip.</summary>
    public Piece[] PackChunk(int start, int end)
    {
        var strips = layout.Strips(source.Columns);
        var segments = new List<Segment>[strips];
        for (var strip = 0; strip < strips; strip++)
            segments[strip] = [];
        for (var row = start; row < end; row++)
        {
            var count = source.CopyRow(row, _columns, _values);
            for (var (strip, from) = (0, 0); strip < strips; strip++)
            {
                var to = from;
                while (to < count && _columns[to] < (strip + 1) * layout.StripColumns)
                    to++;
                segments[strip].Add(new Segment((ushort)(row - start), _columns[from..to], _values[from..to]));
                from = to;
            }
        }

        var pieces = new Piece[strips];
        for (var strip = 0; strip < strips; strip++)
            pieces[strip] = PackPiece(segments[strip], strip);
        return pieces;
    }

    private Piece PackPiece(List<Segment> segments, int strip)
    {
        var piece = new Piece(Nonzeros.Count, Rows.Count, Runs.Count, 0);
        // Later strips add to the sums of earlier ones: rows with nothing to add are left out. The first strip begins every sum.
        foreach (var run in segments.Where(segment => strip == 0 || segment.Values.Length > 0).GroupBy(segment => segment.Values.Length).OrderByDescending(run => run.Key))
        {
            Runs.Add(new RowRun(run.Count(), run.Key));
            foreach (var segment in run)
            {
                Rows.Add(segment.Row);
                PackSegment(segment, strip * layout.StripColumns);
            }
        }

        return piece with { RunCount = Runs.Count - piece.Runs };
    }

    private void PackSegment(Segment segment, int stripStart)
    {
        var (place, left) = (0, segment.Values.Length);
        for (var size = 4; size > 0; size /= 2)
        {
            for (; left >= size; left -= size, place += size)
                PackTogether(segment.Values.AsSpan(place, size), segment.Columns.AsSpan(place, size), stripStart);
        }
    }

    private void PackTogether(ReadOnlySpan<float> values, ReadOnlySpan<int> columns, int stripStart)
    {
        Nonzeros.AddRange(MemoryMarshal.AsBytes(values));
        Span<ushort> offsets = stackalloc ushort[4];
        for (var i = 0; i < columns.Length; i++)
            offsets[i] = checked((ushort)((columns[i] - stripStart) * _unitsPerColumn));
        Nonzeros.AddRange(MemoryMarshal.AsBytes(offsets[..columns.Length]));
    }

    private readonly record struct Segment(ushort Row, int[] Columns, float[] Values);
}
