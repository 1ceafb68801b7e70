using System.Runtime.CompilerServices;
using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.Cusparse;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>
/// cuSPARSE's descriptions of one product's matrices, with the stored weights in device memory: sparse A = W[N, K], and B = x
/// and C = y as dense ones. Each copy has its own weights, so that rotating over copies leaves none in the cache.
/// </summary>
internal sealed class SpmmMatrices : IDisposable
{
    private readonly CudaContext _context;
    private readonly GemmOperands _operands;
    private readonly List<IDisposable> _owned = [];
    private readonly SpmmOperands[] _copies;

    public SpmmMatrices(CudaContext context, GemmOperands operands, CusparseFormat format)
    {
        (_context, _operands, Format) = (context, operands, format);
        var (shape, size) = (operands.Op.Shape, (int)operands.Op.DType.Size().Value);
        var (rows, columns, weights) = ((int)shape.N, (int)shape.K, operands.ReadWeights());
        Stored = format switch
        {
            CusparseFormat.Csr => StoredWeights.Csr(weights, rows, columns, size),
            CusparseFormat.Bsr => StoredWeights.Bsr(weights, rows, columns, size, BlockSide),
            _ => StoredWeights.BlockedEll(weights, rows, columns, size, BlockSide),
        };
        try
        {
            _copies = [.. Enumerable.Range(0, operands.Copies).Select(copy => Describe(Own(Weights()).Handle, copy, CusparseOrder.Column))];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public CusparseFormat Format { get; }

    public StoredWeights Stored { get; }

    public int Copies => _copies.Length;

    public SpmmOperands this[int copy] => _copies[copy];

    /// <summary>The first copy with tokens contiguous: x as [K, M] and y as [N, M], row by row.</summary>
    public SpmmOperands InRowOrder() => Describe(_copies[0].Sparse, 0, CusparseOrder.Row);

    /// <summary>What the library offers for the format.</summary>
    public IReadOnlyList<SpmmAlgorithm> Algorithms => Format switch
    {
        CusparseFormat.Csr => [SpmmAlgorithm.Default, SpmmAlgorithm.Csr1, SpmmAlgorithm.Csr2, SpmmAlgorithm.Csr3],
        CusparseFormat.Bsr => [SpmmAlgorithm.Default, SpmmAlgorithm.Bsr1],
        _ => [SpmmAlgorithm.Default, SpmmAlgorithm.BlockedEll1],
    };

    public void Dispose()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
            _owned[i].Dispose();
    }

    private CusparseLibrary Library => _context.Toolkit.Cusparse;

    private CudaDataType Type => _operands.Op.DType.Storage();

    private int BlockSide => ((SparsityPattern.Block)_operands.Op.Pattern).Rows;

    private SpmmOperands Describe(nint sparse, int copy, CusparseOrder order)
    {
        var shape = _operands.Op.Shape;
        var (tokensStride, resultStride) = order == CusparseOrder.Column ? (shape.K, shape.N) : (shape.M, shape.M);
        var tokens = Own(Library.CreateDense(shape.K, shape.M, tokensStride, _operands.Tokens(copy), Type, order));
        var result = Own(Library.CreateDense(shape.N, shape.M, resultStride, _operands.Result(copy), Type, order));
        return new SpmmOperands(sparse, tokens.Handle, result.Handle);
    }

    private CusparseMatrix Weights()
    {
        var shape = _operands.Op.Shape;
        var (columns, values) = (Upload<int>(Stored.Columns), Upload<byte>(Stored.Values));
        if (Format == CusparseFormat.BlockedEll)
            return Library.CreateBlockedEll(shape.N, shape.K, BlockSide, Stored.Columns.Length / (shape.N / BlockSide) * BlockSide, columns, values, Type);
        var offsets = Upload<int>(Stored.RowOffsets);
        return Format == CusparseFormat.Csr
            ? Library.CreateCsr(shape.N, shape.K, Stored.Columns.Length, offsets, columns, values, Type)
            : Library.CreateBsr(shape.N / BlockSide, shape.K / BlockSide, Stored.Columns.Length, BlockSide, offsets, columns, values, Type);
    }

    private ulong Upload<T>(T[] values)
        where T : unmanaged
    {
        var buffer = Own(_context.Allocate((ulong)Math.Max(16, Unsafe.SizeOf<T>() * values.Length)));
        buffer.CopyFrom<T>(values);
        return buffer.Address;
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
