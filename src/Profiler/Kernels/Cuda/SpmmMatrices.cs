using System.Runtime.CompilerServices;
using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.Cusparse;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>
/// cuSPARSE's descriptions of one product's matrices, with the stored weights in device memory: sparse A = W[N, K], and B = x
/// and C = y as dense ones, in either order. Each copy has its own weights, so that rotating over copies leaves none in the
/// cache; each order has descriptions of its own, because the library's analysis of A stays with A's description.
/// </summary>
internal sealed class SpmmMatrices : IDisposable
{
    private readonly CudaContext _context;
    private readonly GemmOperands _operands;
    private readonly List<IDisposable> _owned = [];
    private readonly Arrays[] _weights;
    private readonly Dictionary<CusparseOrder, SpmmOperands[]> _described = [];

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
            _weights = [.. Enumerable.Range(0, operands.Copies).Select(_ => Upload())];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public CusparseFormat Format { get; }

    public StoredWeights Stored { get; }

    public int Copies => _weights.Length;

    public SpmmOperands this[int copy, CusparseOrder order] => _described[order][copy];

    /// <summary>Describes every copy's product for x and y at these addresses: [M, K] and [M, N], or [K, M] and [N, M] in row order.</summary>
    /// <exception cref="CudaCallException">The library does not have the format.</exception>
    public void Describe(CusparseOrder order, Func<int, ulong> tokens, Func<int, ulong> result) =>
        _described[order] = [.. Enumerable.Range(0, Copies).Select(copy => Describe(order, _weights[copy], tokens(copy), result(copy)))];

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

    private SpmmOperands Describe(CusparseOrder order, Arrays weights, ulong tokens, ulong result)
    {
        var shape = _operands.Op.Shape;
        var (tokensStride, resultStride) = order == CusparseOrder.Column ? (shape.K, shape.N) : (shape.M, shape.M);
        return new SpmmOperands(
            Own(Describe(weights)).Handle,
            Own(Library.CreateDense(shape.K, shape.M, tokensStride, tokens, Type, order)).Handle,
            Own(Library.CreateDense(shape.N, shape.M, resultStride, result, Type, order)).Handle);
    }

    private CusparseMatrix Describe(Arrays weights)
    {
        var shape = _operands.Op.Shape;
        return Format switch
        {
            CusparseFormat.Csr => Library.CreateCsr(shape.N, shape.K, Stored.Columns.Length, weights.Offsets, weights.Columns, weights.Values, Type),
            CusparseFormat.Bsr => Library.CreateBsr(
                shape.N / BlockSide, shape.K / BlockSide, Stored.Columns.Length, BlockSide, weights.Offsets, weights.Columns, weights.Values, Type),
            _ => Library.CreateBlockedEll(
                shape.N, shape.K, BlockSide, Stored.Columns.Length / (shape.N / BlockSide) * BlockSide, weights.Columns, weights.Values, Type),
        };
    }

    private Arrays Upload() => new(Format == CusparseFormat.BlockedEll ? 0 : Upload(Stored.RowOffsets), Upload(Stored.Columns), Upload(Stored.Values));

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

    // Addresses in device memory.
    private readonly record struct Arrays(ulong Offsets, ulong Columns, ulong Values);
}
