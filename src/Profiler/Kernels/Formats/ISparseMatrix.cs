using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Kernels.Formats;

/// <summary>Weights W[rows, columns] in a compressed format.</summary>
public interface ISparseMatrix : IDisposable
{
    int Rows { get; }

    int Columns { get; }

    /// <summary>Values that are stored, zeros inside kept blocks or groups included.</summary>
    long Nonzeros { get; }

    /// <summary>Values and index.</summary>
    Bytes StoredBytes { get; }

    /// <summary>The same weights, row-major.</summary>
    float[] ToDense();
}

internal static class MatrixShape
{
    public static void Check(ReadOnlySpan<float> weights, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (weights.Length != (long)rows * columns)
            throw new ArgumentException($"{weights.Length} weights are not a {rows}x{columns} matrix", nameof(weights));
    }
}
