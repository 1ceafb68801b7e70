using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels.Memory;

namespace SparseProf.Profiler.Kernels.Formats;

/// <summary>
/// 2:4 weights W[rows, columns]: two values for each group of four columns, and for each value its two-bit place in the
/// group. The last group of a row may stick out over the border; its places past the end hold zeros.
/// </summary>
public sealed unsafe class TwoFourMatrix : ISparseMatrix
{
    private readonly AlignedBuffer<float> _values;
    private readonly AlignedBuffer<byte> _metadata;

    private TwoFourMatrix(int rows, int columns)
    {
        Rows = rows;
        Columns = columns;
        Groups = (columns + 3) / 4;
        _values = new(2L * rows * Groups);
        _metadata = new((long)rows * Groups);
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Groups of four columns in a row.</summary>
    public int Groups { get; }

    public long Nonzeros => 2L * Rows * Groups;

    /// <summary>Two bits a value, as hardware packs them.</summary>
    public Bytes StoredBytes => new(Nonzeros * (double)sizeof(float) + Math.Ceiling(Nonzeros / 4.0));

    /// <summary>The kept values of a row, two a group.</summary>
    public ReadOnlySpan<float> Values(int row) => new(_values.Pointer + 2L * row * Groups, 2 * Groups);

    /// <summary>A byte a group: the first value's place in bits 0-1, the second's in bits 2-3.</summary>
    public ReadOnlySpan<byte> Metadata(int row) => new(_metadata.Pointer + (long)row * Groups, Groups);

    /// <summary>Where a row's value stands; past the border for a filling zero of the last group.</summary>
    public int Column(int row, int value) => 4 * (value / 2) + ((Metadata(row)[value / 2] >> (value % 2 * 2)) & 3);

    /// <exception cref="ArgumentException">A group of the row-major W holds more than two nonzeros.</exception>
    public static TwoFourMatrix FromDense(ReadOnlySpan<float> weights, int rows, int columns)
    {
        MatrixShape.Check(weights, rows, columns);
        var matrix = new TwoFourMatrix(rows, columns);
        for (var row = 0; row < rows; row++)
        {
            for (var group = 0; group < matrix.Groups; group++)
            {
                var length = Math.Min(4, columns - 4 * group);
                matrix.Compress(weights.Slice(row * columns + 4 * group, length), row, group);
            }
        }

        return matrix;
    }

    public float[] ToDense()
    {
        var dense = new float[checked(Rows * Columns)];
        for (var row = 0; row < Rows; row++)
        {
            var values = Values(row);
            for (var value = 0; value < values.Length; value++)
            {
                var column = Column(row, value);
                if (column < Columns)
                    dense[row * Columns + column] += values[value];
            }
        }

        return dense;
    }

    public void Dispose()
    {
        _values.Dispose();
        _metadata.Dispose();
    }

    private void Compress(ReadOnlySpan<float> four, int row, int group)
    {
        var pair = _values.Pointer + 2 * ((long)row * Groups + group);
        var (kept, places) = (0, 0);
        for (var place = 0; place < four.Length; place++)
        {
            if (four[place] == 0)
                continue;
            if (kept == 2)
                throw new ArgumentException($"row {row} holds three nonzeros in columns {4 * group}..{4 * group + 3}", nameof(four));
            pair[kept] = four[place];
            places |= place << (2 * kept++);
        }

        if (kept < 2)
            places = kept == 0 ? 0b0100 : Fill(pair, places);
        _metadata.Pointer[(long)row * Groups + group] = (byte)places;
    }

    // One value: a zero joins it, before it or after it, so that places ascend.
    private static int Fill(float* pair, int place)
    {
        if (place < 3)
            return place | ((place + 1) << 2);
        (pair[0], pair[1]) = (0, pair[0]);
        return 2 | (3 << 2);
    }
}
