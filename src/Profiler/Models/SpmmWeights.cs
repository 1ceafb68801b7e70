using System.Runtime.CompilerServices;
using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.Cusparse;
using SparseProf.Profiler.Kernels.Cuda;
using SparseProf.Torch;
using SparseProf.Workloads.Modules;

namespace SparseProf.Profiler.Models;

/// <summary>A layer's weights in cuSPARSE's format on the GPU: CSR, or Blocked-ELL for square blocks.</summary>
internal sealed class SpmmWeights : IDisposable
{
    private static readonly SpmmAlgorithm[] s_csr = [SpmmAlgorithm.Default, SpmmAlgorithm.Csr1, SpmmAlgorithm.Csr2, SpmmAlgorithm.Csr3];
    private static readonly SpmmAlgorithm[] s_ell = [SpmmAlgorithm.Default, SpmmAlgorithm.BlockedEll1];

    private readonly CudaDevice _device;
    private readonly DType _dtype;
    private readonly List<IDisposable> _owned = [];
    private readonly Dictionary<(long Columns, CusparseOrder Order), SpmmProduct> _products = [];
    private readonly Func<CusparseMatrix> _describe;
    private readonly ShapeChoices<SpmmShape, SpmmCandidate> _choices;
    private readonly int _stored;

    /// <param name="choices">Of layers like this one, which share them.</param>
    public SpmmWeights(CudaDevice device, WeightLayer layer, DType dtype, ShapeChoices<SpmmShape, SpmmCandidate> choices)
    {
        _choices = choices;
        (_device, Rows, Columns, _dtype) = (device, layer.Rows, layer.Columns, dtype);
        Handle = Library.CreateHandle();
        Library.SetStream(Handle, Context.Stream);
        var size = (int)dtype.Size().Value;
        var bytes = BytesOf(layer.Weight);
        if (layer.Pattern is SparsityPattern.Block { Rows: var side } block && block.Rows == block.Columns)
        {
            AreBlocks = true;
            var stored = StoredWeights.BlockedEll(bytes, (int)Rows, (int)Columns, size, side);
            _stored = stored.Columns.Length;
            var width = stored.Columns.Length / (Rows / side) * side;
            var (columns, values) = (Upload(stored.Columns), Upload(stored.Values));
            _describe = () => Library.CreateBlockedEll(Rows, Columns, side, width, columns, values, Type);
        }
        else
        {
            var stored = StoredWeights.Csr(bytes, (int)Rows, (int)Columns, size);
            _stored = stored.Columns.Length;
            var (offsets, columns, values) = (Upload(stored.RowOffsets), Upload(stored.Columns), Upload(stored.Values));
            _describe = () => Library.CreateCsr(Rows, Columns, _stored, offsets, columns, values, Type);
        }
    }

    public long Rows { get; }

    public long Columns { get; }

    public bool AreBlocks { get; }

    public string Kernel => AreBlocks ? "cusparse.blocked_ell" : "cusparse.csr";

    public nint Handle { get; }

    public CudaDataType Type => _dtype.Storage();

    public CudaContext Context => _device.Context;

    public CusparseLibrary Library => Context.Toolkit.Cusparse;

    /// <summary>A description of the weights that belongs to the caller.</summary>
    public CusparseMatrix Describe() => _describe();

    /// <summary>
    /// C[Rows, columns] = W · B[Columns, columns]; the first call for a width tries every algorithm, for tokens also with both
    /// transposed, unless a layer like this one has done so.
    /// </summary>
    /// <param name="order">Of B and C: by columns are tokens as frameworks hold them, by rows the patches of an image.</param>
    public void Multiply(ulong b, ulong c, long columns, CusparseOrder order)
    {
        if (!_products.TryGetValue((columns, order), out var product))
            product = _products[(columns, order)] = Choose(b, c, columns, order);
        product.Multiply(b, c);
    }

    public void Dispose()
    {
        foreach (var product in _products.Values)
            product.Dispose();
        foreach (var owned in _owned)
            owned.Dispose();
        Library.DestroyHandle(Handle);
    }

    private SpmmProduct Choose(ulong b, ulong c, long columns, CusparseOrder order)
    {
        CusparseOrder[] orders = order == CusparseOrder.Column ? [CusparseOrder.Column, CusparseOrder.Row] : [order];
        var tried = new Dictionary<SpmmCandidate, SpmmProduct>();
        TransposedOperands? transposed = null;
        SpmmCandidate? winner = null;
        try
        {
            winner = _choices.Of(SpmmShape.Of(this, columns, order, _stored), () =>
            {
                using var search = new CandidateSearch(Context);
                return search.Best([.. orders.SelectMany(seen => (AreBlocks ? s_ell : s_csr).Select(algorithm => new SpmmCandidate(algorithm, seen)))], Try).Winner;
            });
            if (!tried.ContainsKey(winner.Value))
                Try(winner.Value);
            return tried[winner.Value];
        }
        finally
        {
            foreach (var loser in tried.Where(pair => pair.Key != winner))
                loser.Value.Dispose();
            if (transposed is not null && winner is { } chosen && chosen.Order != order)
                _owned.Add(transposed);
            else
                transposed?.Dispose();
        }

        void Try(SpmmCandidate candidate)
        {
            if (!tried.TryGetValue(candidate, out var product))
            {
                if (candidate.Order != order)
                    transposed ??= new TransposedOperands(_device, new GemmShape(columns, Rows, Columns), _dtype);
                product = tried[candidate] = new SpmmProduct(this, candidate, b, c, columns, candidate.Order == order ? null : transposed);
            }

            product.Multiply(b, c);
        }
    }

    private ulong Upload<T>(T[] values)
        where T : unmanaged
    {
        var buffer = Context.Allocate((ulong)Math.Max(16, Unsafe.SizeOf<T>() * values.Length));
        _owned.Add(buffer);
        buffer.CopyFrom<T>(values);
        return buffer.Address;
    }

    private static unsafe byte[] BytesOf(Tensor weight)
    {
        using var scope = TensorScope.Enter();
        var host = Aten.Contiguous(Aten.To(weight, TorchDevice.Cpu));
        var size = host.ScalarType == ScalarType.Float32 ? 4 : 2;
        var bytes = new ReadOnlySpan<byte>((void*)host.DataPointer, checked((int)(host.Elements * size))).ToArray();
        GC.KeepAlive(host);
        return bytes;
    }
}
