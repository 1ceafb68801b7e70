using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native.Cusparse;
using SparseProf.Profiler.Kernels.Cuda;

namespace SparseProf.Profiler.Models;

/// <summary>
/// C = W · B for one number of columns by one algorithm in one order, with a description of W of its own: the library's
/// analysis stays with it, and holds for one algorithm, order and buffer.
/// </summary>
internal sealed class SpmmProduct : IDisposable
{
    private readonly SpmmWeights _weights;
    private readonly SpmmCandidate _candidate;
    private readonly long _columns;
    private readonly TransposedOperands? _transposed;
    private readonly CusparseMatrix _matrix;
    private readonly CudaBuffer _buffer;

    /// <param name="b">Device address of B at the first call, and <paramref name="c"/> of C.</param>
    /// <param name="transposed">Where B and C are held by columns and the product sees them by rows; not owned.</param>
    public SpmmProduct(SpmmWeights weights, SpmmCandidate candidate, ulong b, ulong c, long columns, TransposedOperands? transposed)
    {
        (_weights, _candidate, _columns, _transposed) = (weights, candidate, columns, transposed);
        _matrix = weights.Describe();
        try
        {
            _buffer = Prepare(transposed?.Tokens ?? b, transposed?.Result ?? c);
        }
        catch
        {
            _matrix.Dispose();
            throw;
        }
    }

    /// <summary>Starts one call on the stream.</summary>
    public void Multiply(ulong b, ulong c)
    {
        _transposed?.TakeTokens(b);
        using (var dense = Dense(_weights.Columns, _transposed?.Tokens ?? b))
        using (var result = Dense(_weights.Rows, _transposed?.Result ?? c))
            _weights.Library.Multiply(_weights.Handle, new(_matrix.Handle, dense.Handle, result.Handle), _candidate.Algorithm, _buffer.Address);
        _transposed?.GiveResult(c);
    }

    public void Dispose()
    {
        _matrix.Dispose();
        _buffer.Dispose();
    }

    private CudaBuffer Prepare(ulong b, ulong c)
    {
        using var dense = Dense(_weights.Columns, b);
        using var result = Dense(_weights.Rows, c);
        var operands = new SpmmOperands(_matrix.Handle, dense.Handle, result.Handle);
        var buffer = _weights.Context.Allocate(Math.Max(16, _weights.Library.BufferBytes(_weights.Handle, operands, _candidate.Algorithm)));
        try
        {
            if (!_weights.AreBlocks)
                _weights.Library.Preprocess(_weights.Handle, operands, _candidate.Algorithm, buffer.Address);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    private CusparseMatrix Dense(long rows, ulong address) =>
        _weights.Library.CreateDense(rows, _columns, _candidate.Order == CusparseOrder.Column ? rows : _columns, address, _weights.Type, _candidate.Order);
}
