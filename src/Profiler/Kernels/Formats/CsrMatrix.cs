using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels.Memory;

namespace SparseProf.Profiler.Kernels.Formats;

/// <summary>Compressed sparse rows of W[rows, columns]: the nonzeros of a row in order of their columns.</summary>
public sealed unsafe class CsrMatrix : ISparseMatrix
{
    private readonly AlignedBuffer<int> _rowStarts;
    private readonly AlignedBuffer<int> _columns;
    private readonly AlignedBuffer<float> _values;

    private CsrMatrix(int rows, int columns, int nonzeros)
    {
        Rows = rows;
        Columns = columns;
        Nonzeros = nonzeros;
        _rowStarts = new(rows + 1L);
        _columns = new(nonzeros);
        _values = new(nonzeros);
    }

    public int Rows { get; }

    public int Columns { get; }

    public long Nonzeros { get; }

    /// <summary>Rows + 1 places in <see cref="ColumnIndices"/> and <see cref="Values"/>.</summary>
    public ReadOnlySpan<int> RowStarts => _rowStarts.Span;

    public ReadOnlySpan<int> ColumnIndices => _columns.Span;

    public ReadOnlySpan<float> Values => _values.Span;

    public Bytes StoredBytes => new(Nonzeros * (sizeof(float) + sizeof(int)) + (Rows + 1.0) * sizeof(int));

    /// <summary>Keeps what is not zero in a row-major W.</summary>
    public static CsrMatrix FromDense(ReadOnlySpan<float> weights, int rows, int columns)
    {
        MatrixShape.Check(weights, rows, columns);
        var matrix = new CsrMatrix(rows, columns, weights.Length - weights.Count(0f));
        var next = 0;
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var weight = weights[row * columns + column];
                if (weight == 0)
                    continue;
                matrix._columns.Pointer[next] = column;
                matrix._values.Pointer[next++] = weight;
            }

            matrix._rowStarts.Pointer[row + 1] = next;
        }

        return matrix;
    }

    public float[] ToDense()
    {
        var dense = new float[checked(Rows * Columns)];
        for (var row = 0; row < Rows; row++)
        {
            for (var place = RowStarts[row]; place < RowStarts[row + 1]; place++)
                dense[row * Columns + ColumnIndices[place]] = Values[place];
        }

        return dense;
    }

    public void Dispose()
    {
        _rowStarts.Dispose();
        _columns.Dispose();
        _values.Dispose();
    }
}
