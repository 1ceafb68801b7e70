using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.Cusparse;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>
/// One cuSPARSE product by the best of the format's algorithms, with tokens and results held as frameworks hold them: the
/// inputs of a token contiguous.
/// </summary>
internal sealed class CusparseGemm : CudaGemm
{
    private CusparseLibrary _library = null!;
    private SpmmMatrices _matrices = null!;
    private SpmmBuffers? _buffers;
    private SpmmAlgorithm _algorithm;
    private nint _handle;

    private CusparseGemm(CudaDevice device, Gemm op, KernelData data)
        : base(device, op, data)
    {
    }

    public override Bytes WeightBytes => new(_matrices.Stored.Bytes);

    public override Bytes BytesPerCopy => new(_matrices.Stored.Bytes + Operands.TokenCount * Operands.Op.DType.Size().Value + Operands.ResultBytes);

    public static CusparseGemm Create(CudaDevice device, CusparseFormat format, Gemm op, KernelData data) =>
        Opened(new CusparseGemm(device, op, data), product => product.Open(format));

    protected override void Enqueue(int copy) => _library.Multiply(_handle, _matrices[copy], _algorithm, _buffers!.Of(copy));

    protected override void Release()
    {
        _buffers?.Dispose();
        _matrices?.Dispose();
        if (_handle != 0)
            _library.DestroyHandle(_handle);
    }

    private void Open(CusparseFormat format)
    {
        WeightPruning.Apply(Device, Operands, Operands.Op.Pattern);
        _library = Context.Toolkit.Cusparse;
        _handle = _library.CreateHandle();
        _library.SetStream(_handle, Context.Stream);
        _matrices = new SpmmMatrices(Context, Operands, format);
        _buffers = new SpmmBuffers(Context, _handle, _matrices);
        using var search = new CandidateSearch(Context);
        var best = search.Best(_matrices.Algorithms, TryAlgorithm);
        _algorithm = best.Winner;
        var preprocess = _buffers.MakeReady(best.Winner);
        Choice = new AlgorithmChoice(best.Candidates, best.Refused, best.Seconds, _buffers.Bytes,
        [
            new("id", (int)best.Winner), new("preprocess_s", preprocess), new("row_variation", _matrices.Stored.RowVariation),
            new("stored_bytes", _matrices.Stored.Bytes), new("search_s", best.Seconds), .. OtherOrder(search),
        ]);
    }

    private void TryAlgorithm(SpmmAlgorithm algorithm)
    {
        _algorithm = algorithm;
        if (_buffers!.ReadyFor != algorithm)
            _buffers.MakeReady(algorithm);
        Enqueue(0);
    }

    // What the product would take with tokens contiguous, the order that some algorithms favour, and that a framework would
    // have to transpose for. Only its time in the search is kept.
    private IEnumerable<KeyValuePair<string, double>> OtherOrder(CandidateSearch search)
    {
        try
        {
            var operands = _matrices.InRowOrder();
            using var buffer = Context.Allocate(Math.Max(16, _matrices.Algorithms.Max(algorithm => _library.BufferBytes(_handle, operands, algorithm))));
            var best = search.Best(_matrices.Algorithms, algorithm => _library.Multiply(_handle, operands, algorithm, buffer.Address));
            return [new("row_order_id", (int)best.Winner), new("row_order_search_s", best.Seconds)];
        }
        catch (Exception refusal) when (refusal is NotSupportedException or CudaCallException { Failure: CudaFailure.NotSupported or CudaFailure.OutOfMemory })
        {
            return [];
        }
    }
}
