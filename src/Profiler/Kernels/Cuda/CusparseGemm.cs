using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.Cusparse;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>
/// One cuSPARSE product: sparse A = W[N, K], column-major B = x as [K, M] and C = y as [N, M], which is how frameworks hold
/// tokens and results.
/// </summary>
internal sealed class CusparseGemm : CudaGemm
{
    private readonly CusparseFormat _format;
    private readonly List<IDisposable> _owned = [];
    private CusparseLibrary _library = null!;
    private SpmmOperands[] _matrices = [];
    private StoredWeights _stored = null!;
    private CudaBuffer? _buffers;
    private ulong _bufferStride;
    private SpmmAlgorithm _algorithm;
    private SpmmAlgorithm? _prepared;
    private nint _handle;

    private CusparseGemm(CudaDevice device, CusparseFormat format, Gemm op, KernelData data)
        : base(device, op, data)
    {
        _format = format;
    }

    public override Bytes WeightBytes => new(_stored.Bytes);

    public override Bytes BytesPerCopy => new(_stored.Bytes + Operands.TokenCount * Operands.Op.DType.Size().Value + Operands.ResultBytes);

    public static CusparseGemm Create(CudaDevice device, CusparseFormat format, Gemm op, KernelData data)
    {
        var created = new CusparseGemm(device, format, op, data);
        try
        {
            device.Invoke(created.Open);
            return created;
        }
        catch
        {
            created.Dispose();
            throw;
        }
    }

    protected override void Enqueue(int copy) => _library.Multiply(_handle, _matrices[copy], _algorithm, BufferOf(copy));

    protected override void Release()
    {
        _buffers?.Dispose();
        for (var i = _owned.Count - 1; i >= 0; i--)
            _owned[i].Dispose();
        if (_handle != 0)
            _library.DestroyHandle(_handle);
    }

    private void Open()
    {
        var op = Operands.Op;
        WeightPruning.Apply(Device, Operands, op.Pattern);
        _library = Context.Toolkit.Cusparse;
        _handle = _library.CreateHandle();
        _library.SetStream(_handle, Context.Stream);
        var size = (int)op.DType.Size().Value;
        var (rows, columns, weights) = ((int)op.Shape.N, (int)op.Shape.K, Operands.ReadWeights());
        _stored = _format switch
        {
            CusparseFormat.Csr => StoredWeights.Csr(weights, rows, columns, size),
            CusparseFormat.Bsr => StoredWeights.Bsr(weights, rows, columns, size, BlockSide),
            _ => StoredWeights.BlockedEll(weights, rows, columns, size, BlockSide),
        };
        _matrices = [.. Enumerable.Range(0, Copies).Select(Describe)];
        using var search = new CandidateSearch(Context);
        var best = search.Best(Algorithms(), TryAlgorithm);
        var preprocess = Become(best.Winner);
        Choice = new AlgorithmChoice(best.Candidates, best.Refused, best.Seconds, _bufferStride,
        [
            new("id", (int)best.Winner), new("preprocess_s", preprocess), new("row_variation", _stored.RowVariation),
            new("stored_bytes", _stored.Bytes), new("search_s", best.Seconds), .. OtherOrder(search),
        ]);
    }

    // What the product would take with tokens contiguous, [K, M] and [N, M]: the order that some algorithms favour, and that
    // a framework would have to transpose for. Only its time in the search is kept.
    private IEnumerable<KeyValuePair<string, double>> OtherOrder(CandidateSearch search)
    {
        var (shape, type) = (Operands.Op.Shape, Operands.Op.DType.Storage());
        using var tokens = _library.CreateDense(shape.K, shape.M, shape.M, Operands.Tokens(0), type, CusparseOrder.Row);
        using var result = _library.CreateDense(shape.N, shape.M, shape.M, Operands.Result(0), type, CusparseOrder.Row);
        var operands = new SpmmOperands(_matrices[0].Sparse, tokens.Handle, result.Handle);
        try
        {
            using var buffer = Context.Allocate(Math.Max(16, Algorithms().Max(algorithm => _library.BufferBytes(_handle, operands, algorithm))));
            var best = search.Best(Algorithms(), algorithm => _library.Multiply(_handle, operands, algorithm, buffer.Address));
            return [new("row_order_id", (int)best.Winner), new("row_order_search_s", best.Seconds)];
        }
        catch (Exception refusal) when (refusal is NotSupportedException or CudaCallException { Failure: CudaFailure.NotSupported or CudaFailure.OutOfMemory })
        {
            return [];
        }
    }

    private int BlockSide => ((SparsityPattern.Block)Operands.Op.Pattern).Rows;

    private SpmmAlgorithm[] Algorithms() => _format switch
    {
        CusparseFormat.Csr => [SpmmAlgorithm.Default, SpmmAlgorithm.Csr1, SpmmAlgorithm.Csr2, SpmmAlgorithm.Csr3],
        CusparseFormat.Bsr => [SpmmAlgorithm.Default, SpmmAlgorithm.Bsr1],
        _ => [SpmmAlgorithm.Default, SpmmAlgorithm.BlockedEll1],
    };

    private SpmmOperands Describe(int copy)
    {
        var (shape, type) = (Operands.Op.Shape, Operands.Op.DType.Storage());
        var tokens = Own(_library.CreateDense(shape.K, shape.M, shape.K, Operands.Tokens(copy), type, CusparseOrder.Column));
        var result = Own(_library.CreateDense(shape.N, shape.M, shape.N, Operands.Result(copy), type, CusparseOrder.Column));
        return new SpmmOperands(Own(DescribeWeights(shape, type)).Handle, tokens.Handle, result.Handle);
    }

    private CusparseMatrix DescribeWeights(GemmShape shape, CudaDataType type)
    {
        var columns = Upload<int>(_stored.Columns);
        var values = Upload<byte>(_stored.Values);
        if (_format == CusparseFormat.BlockedEll)
        {
            var perRow = _stored.Columns.Length / (shape.N / BlockSide);
            return _library.CreateBlockedEll(shape.N, shape.K, BlockSide, perRow * BlockSide, columns, values, type);
        }

        var offsets = Upload<int>(_stored.RowOffsets);
        return _format == CusparseFormat.Csr
            ? _library.CreateCsr(shape.N, shape.K, _stored.Columns.Length, offsets, columns, values, type)
            : _library.CreateBsr(shape.N / BlockSide, shape.K / BlockSide, _stored.Columns.Length, BlockSide, offsets, columns, values, type);
    }

    private void TryAlgorithm(SpmmAlgorithm algorithm)
    {
        if (_prepared != algorithm)
            Become(algorithm);
        Enqueue(0);
    }

    // Seconds that the one-off analysis of one copy took. Each copy keeps its own buffer, which stays in use.
    private double Become(SpmmAlgorithm algorithm)
    {
        Context.Synchronize();
        (_algorithm, _prepared) = (algorithm, null);
        _bufferStride = (_matrices.Max(matrix => _library.BufferBytes(_handle, matrix, algorithm)) + 255) / 256 * 256;
        if (_buffers?.Bytes != _bufferStride * (ulong)Copies)
        {
            _buffers?.Dispose();
            _buffers = null;
            _buffers = Context.Allocate(_bufferStride * (ulong)Copies);
        }

        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        for (var copy = 0; copy < Copies && _format == CusparseFormat.Csr; copy++)
            _library.Preprocess(_handle, _matrices[copy], algorithm, BufferOf(copy));
        Context.Synchronize();
        _prepared = algorithm;
        return System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds / Copies;
    }

    private ulong BufferOf(int copy) => _bufferStride == 0 ? 0 : _buffers!.Address + (ulong)copy * _bufferStride;

    private ulong Upload<T>(T[] values)
        where T : unmanaged
    {
        var buffer = Own(Context.Allocate((ulong)Math.Max(16, System.Runtime.CompilerServices.Unsafe.SizeOf<T>() * values.Length)));
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
