using SparseProf.Ops;
using SparseProf.Profiler.Kernels.Bsr;
using SparseProf.Profiler.Kernels.Formats;
using SparseProf.Profiler.Kernels.Simd;
using SparseProf.Profiler.Kernels.Spmm;
using SparseProf.Profiler.Kernels.Threading;

namespace SparseProf.Profiler.Kernels;

/// <summary>Makes sparse linear layers from weights that are already pruned.</summary>
public static class SparseLinear
{
    /// <summary>The kernel that belongs to a pattern: CSR for unstructured, BSR for block, 2:4.</summary>
    /// <param name="weights">Row-major W[outputs, inputs]; zeros are not stored, what is not zero is.</param>
    /// <param name="bias">One value an output, or empty.</param>
    /// <param name="level">The instruction set; null takes the widest.</param>
    /// <exception cref="NotSupportedException">A pattern without a sparse kernel: dense, or N:M other than 2:4.</exception>
    /// <exception cref="ArgumentException">Weights that do not carry the pattern.</exception>
    public static ISparseLinear Create(
        ReadOnlySpan<float> weights, int outputs, int inputs, SparsityPattern pattern, ReadOnlySpan<float> bias, WorkerTeam team, SimdLevel? level = null)
    {
        if (!bias.IsEmpty && bias.Length != outputs)
            throw new ArgumentException($"{bias.Length} bias values for {outputs} outputs", nameof(bias));
        var simd = level ?? SimdLevels.Current;
        using var matrix = Compress(weights, outputs, inputs, pattern);
        return matrix switch
        {
            BsrMatrix blocks => new BlockLinear(blocks, bias, simd, team),
            TwoFourMatrix => new PanelLinear("2:4", PackedWeights.Pack(matrix, simd, team.Threads), bias, simd, team),
            _ => new PanelLinear("csr", PackedWeights.Pack(matrix, simd, team.Threads), bias, simd, team),
        };
    }

    /// <summary>The weights in the format of their pattern.</summary>
    /// <inheritdoc cref="Create" path="/exception"/>
    public static ISparseMatrix Compress(ReadOnlySpan<float> weights, int rows, int columns, SparsityPattern pattern) => pattern switch
    {
        SparsityPattern.Unstructured => CsrMatrix.FromDense(weights, rows, columns),
        SparsityPattern.Block block => BsrMatrix.FromDense(weights, rows, columns, block.Rows, block.Columns),
        SparsityPattern.NofM { N: 2, M: 4 } => TwoFourMatrix.FromDense(weights, rows, columns),
        _ => throw new NotSupportedException($"no sparse kernel for {pattern}"),
    };
}
