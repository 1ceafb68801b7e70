using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.Cusparse;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>
/// One cuSPARSE product by the best of the format's algorithms, with tokens and results held as frameworks hold them: the
/// inputs of a token contiguous. Where it is faster, x is transposed before the product and y after it, within the call.
/// </summary>
internal sealed class CusparseGemm : CudaGemm
{
    private CusparseLibrary _library = null!;
    private SpmmMatrices _matrices = null!;
    private SpmmBuffers? _buffers;
    private TransposedOperands? _transposed;
    private SpmmCandidate _candidate;
    private nint _handle;

    private CusparseGemm(CudaDevice device, Gemm op, KernelData data)
        : base(device, op, data)
    {
    }

    public override Bytes WeightBytes => new(_matrices.Stored.Bytes);

    public override Bytes BytesPerCopy => new(_matrices.Stored.Bytes + Operands.TokenCount * Operands.Op.DType.Size().Value + Operands.ResultBytes);

    public static CusparseGemm Create(CudaDevice device, CusparseFormat format, Gemm op, KernelData data) =>
        Opened(new CusparseGemm(device, op, data), product => product.Open(format));

    protected override void Enqueue(int copy)
    {
        var transposed = _candidate.Order == CusparseOrder.Row ? _transposed : null;
        transposed?.TakeTokens(Operands.Tokens(copy));
        _library.Multiply(_handle, _matrices[copy, _candidate.Order], _candidate.Algorithm, _buffers!.Of(copy));
        transposed?.GiveResult(Operands.Result(copy));
    }

    protected override void SpoilBetween() => _transposed?.Spoil();

    protected override void Release()
    {
        _buffers?.Dispose();
        _matrices?.Dispose();
        _transposed?.Dispose();
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
        var found = new SpmmOrderSearch(search, _matrices.Algorithms, Prepare, Try).Best();
        var transposeSeconds = found.Best(CusparseOrder.Row) is null ? null : (double?)search.Best([_transposed!], Transpose).Seconds;
        _candidate = found.Winner;
        var preprocess = _buffers.MakeReady(_candidate);
        if (_candidate.Order == CusparseOrder.Column)
            DropTransposed();
        Choice = new AlgorithmChoice(found.Candidates, found.Refused, found.Seconds, _buffers.Bytes + (_transposed?.Bytes ?? 0),
        [
            new("id", (int)_candidate.Algorithm), new("row_order", _candidate.Order == CusparseOrder.Row ? 1 : 0), new("preprocess_s", preprocess),
            new("row_variation", _matrices.Stored.RowVariation), new("stored_bytes", _matrices.Stored.Bytes), new("search_s", found.Seconds),
            .. Known("token_order_search_s", found.Best(CusparseOrder.Column)), .. Known("row_order_search_s", found.Best(CusparseOrder.Row)),
            .. Known("transpose_s", transposeSeconds),
        ]);
    }

    private static IEnumerable<KeyValuePair<string, double>> Known(string name, double? value) => value is { } known ? [new(name, known)] : [];

    private void Prepare(CusparseOrder order)
    {
        if (order == CusparseOrder.Column)
        {
            _matrices.Describe(order, Operands.Tokens, Operands.Result);
            return;
        }

        _transposed = new TransposedOperands(Device, Operands.Op.Shape, Operands.Op.DType);
        _matrices.Describe(order, _ => _transposed.Tokens, _ => _transposed.Result);
    }

    private void Try(SpmmCandidate candidate)
    {
        _candidate = candidate;
        if (_buffers!.ReadyFor != candidate)
            _buffers.MakeReady(candidate);
        Enqueue(NextCopy());
    }

    private void Transpose(TransposedOperands transposed)
    {
        var copy = NextCopy();
        transposed.TakeTokens(Operands.Tokens(copy));
        transposed.GiveResult(Operands.Result(copy));
    }

    private void DropTransposed()
    {
        _transposed?.Dispose();
        _transposed = null;
    }
}
