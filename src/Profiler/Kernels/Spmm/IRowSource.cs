using SparseProf.Profiler.Kernels.Formats;

namespace SparseProf.Profiler.Kernels.Spmm;

/// <summary>Weights that can be listed row by row, whatever their format.</summary>
internal interface IRowSource
{
    int Rows { get; }

    int Columns { get; }

    /// <summary>Values of a row, at most.</summary>
    int Nonzeros(int row);

    /// <summary>Copies a row's columns, ascending, and values; returns how many.</summary>
    int CopyRow(int row, Span<int> columns, Span<float> values);
}

internal static class RowSources
{
    public static IRowSource Rows(this ISparseMatrix matrix) => matrix switch
    {
        CsrMatrix csr => new CsrRows(csr),
        TwoFourMatrix twoFour => new TwoFourRows(twoFour),
        BsrMatrix bsr => new BsrRows(bsr),
        _ => throw new NotSupportedException($"{matrix.GetType().Name} cannot be listed row by row"),
    };
}

internal sealed class CsrRows(CsrMatrix matrix) : IRowSource
{
    public int Rows => matrix.Rows;

    public int Columns => matrix.Columns;

    public int Nonzeros(int row) => matrix.RowStarts[row + 1] - matrix.RowStarts[row];

    public int CopyRow(int row, Span<int> columns, Span<float> values)
    {
        var (start, count) = (matrix.RowStarts[row], Nonzeros(row));
        matrix.ColumnIndices.Slice(start, count).CopyTo(columns);
        matrix.Values.Slice(start, count).CopyTo(values);
        return count;
    }
}

internal sealed class TwoFourRows(TwoFourMatrix matrix) : IRowSource
{
    public int Rows => matrix.Rows;

    public int Columns => matrix.Columns;

    public int Nonzeros(int row) => 2 * matrix.Groups;

    public int CopyRow(int row, Span<int> columns, Span<float> values)
    {
        var stored = matrix.Values(row);
        var count = 0;
        for (var value = 0; value < stored.Length; value++)
        {
            // A last group that sticks out over the border may hold filling zeros past it.
            var column = matrix.Column(row, value);
            if (column >= matrix.Columns)
                continue;
            columns[count] = column;
            values[count++] = stored[value];
        }

        return count;
    }
}

internal sealed class BsrRows(BsrMatrix matrix) : IRowSource
{
    public int Rows => matrix.Rows;

    public int Columns => matrix.Columns;

    public int Nonzeros(int row) =>
        (matrix.BlockRowStarts[row / matrix.BlockHeight + 1] - matrix.BlockRowStarts[row / matrix.BlockHeight]) * matrix.BlockWidth;

    public int CopyRow(int row, Span<int> columns, Span<float> values)
    {
        var (blockRow, count) = (row / matrix.BlockHeight, 0);
        for (var block = matrix.BlockRowStarts[blockRow]; block < matrix.BlockRowStarts[blockRow + 1]; block++)
        {
            var first = matrix.BlockColumns[block] * matrix.BlockWidth;
            var width = Math.Min(matrix.BlockWidth, matrix.Columns - first);
            matrix.Block(block).Slice(row % matrix.BlockHeight * matrix.BlockWidth, width).CopyTo(values[count..]);
            for (var i = 0; i < width; i++)
                columns[count++] = first + i;
        }

        return count;
    }
}
