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
    private readonly List<CudaBuffer> _buffers = [];
    private readonly CusparseMatrix _matrix;
    private readonly nint _handle;
    private readonly Dictionary<(long Columns, CusparseOrder Order), Choice> _choices = [];
    private readonly CudaDataType _type;
    private readonly bool _blocks;

    public SpmmWeights(CudaDevice device, WeightLayer layer, DType dtype)
    {
        (_device, Rows, Columns, _type) = (device, layer.Rows, layer.Columns, dtype.Storage());
        _blocks = layer.Pattern is SparsityPattern.Block;
        var library = device.Context.Toolkit.Cusparse;
        _handle = library.CreateHandle();
        library.SetStream(_handle, device.Context.Stream);
        var size = (int)dtype.Size().Value;
        var bytes = BytesOf(layer.Weight);
        if (layer.Pattern is SparsityPattern.Block { Rows: var side } block && block.Rows == block.Columns)
        {
            var stored = StoredWeights.BlockedEll(bytes, (int)Rows, (int)Columns, size, side);
            var perRow = stored.Columns.Length / (Rows / side);
            _matrix = library.CreateBlockedEll(Rows, Columns, side, perRow * side, Upload(stored.Columns), Upload(stored.Values), _type);
        }
        else
        {
            _blocks = false;
            var stored = StoredWeights.Csr(bytes, (int)Rows, (int)Columns, size);
            _matrix = library.CreateCsr(Rows, Columns, stored.Columns.Length, Upload(stored.RowOffsets), Upload(stored.Columns), Upload(stored.Values), _type);
        }
    }

    public long Rows { get; }

    public long Columns { get; }

    public string Kernel => _blocks ? "cusparse.blocked_ell" : "cusparse.csr";

    /// <summary>C[Rows, columns] = W · B[Columns, columns]; the first call for a width tries every algorithm.</summary>
    /// <param name="order">Of B and C: by columns are tokens as frameworks hold them, by rows the patches of an image.</param>
    public void Multiply(ulong b, ulong c, long columns, CusparseOrder order)
    {
        var library = _device.Context.Toolkit.Cusparse;
        using var dense = library.CreateDense(Columns, columns, order == CusparseOrder.Column ? Columns : columns, b, _type, order);
        using var result = library.CreateDense(Rows, columns, order == CusparseOrder.Column ? Rows : columns, c, _type, order);
        var operands = new SpmmOperands(_matrix.Handle, dense.Handle, result.Handle);
        if (!_choices.TryGetValue((columns, order), out var choice))
            choice = _choices[(columns, order)] = Choose(library, operands);
        library.Multiply(_handle, operands, choice.Algorithm, choice.Buffer.Address);
    }

    public void Dispose()
    {
        foreach (var choice in _choices.Values)
            choice.Buffer.Dispose();
        _matrix.Dispose();
        foreach (var buffer in _buffers)
            buffer.Dispose();
        _device.Context.Toolkit.Cusparse.DestroyHandle(_handle);
    }

    private Choice Choose(CusparseLibrary library, SpmmOperands operands)
    {
        var algorithms = _blocks ? s_ell : s_csr;
        var buffers = new Dictionary<SpmmAlgorithm, CudaBuffer>();
        using var search = new CandidateSearch(_device.Context);
        var best = search.Best(algorithms, algorithm =>
        {
            if (!buffers.TryGetValue(algorithm, out var buffer))
            {
                buffer = buffers[algorithm] = _device.Context.Allocate(Math.Max(16, library.BufferBytes(_handle, operands, algorithm)));
                if (!_blocks)
                    library.Preprocess(_handle, operands, algorithm, buffer.Address);
            }

            library.Multiply(_handle, operands, algorithm, buffer.Address);
        });
        foreach (var loser in buffers.Where(pair => pair.Key != best.Winner))
            loser.Value.Dispose();
        return new Choice(best.Winner, buffers[best.Winner]);
    }

    private ulong Upload<T>(T[] values)
        where T : unmanaged
    {
        var buffer = _device.Context.Allocate((ulong)Math.Max(16, Unsafe.SizeOf<T>() * values.Length));
        _buffers.Add(buffer);
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

    private sealed record Choice(SpmmAlgorithm Algorithm, CudaBuffer Buffer);
}
