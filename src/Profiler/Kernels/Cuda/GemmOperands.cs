using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>
/// Device memory of y[M,N] = x[M,K] · W[N,K]ᵀ in copies that calls rotate over: dense W, x and y, all with K or N
/// contiguous. Every copy holds the same numbers.
/// </summary>
internal sealed class GemmOperands : IDisposable
{
    private const uint TokenSeedOffset = 0x51ed;

    private readonly CudaDevice _device;
    private readonly CudaBuffer _memory;
    private readonly ulong _stride;
    private readonly ulong _tokensAt;
    private readonly ulong _resultAt;

    public GemmOperands(CudaDevice device, Gemm op, KernelData data)
    {
        _device = device;
        Op = op;
        var element = (ulong)op.DType.Size().Value;
        WeightCount = (ulong)(op.Shape.N * op.Shape.K);
        TokenCount = (ulong)(op.Shape.M * op.Shape.K);
        ResultBytes = (ulong)(op.Shape.M * op.Shape.N * OutputTypes.Of(op.DType).SizeInBytes());
        _tokensAt = Aligned(WeightCount * element);
        _resultAt = _tokensAt + Aligned(TokenCount * element);
        _stride = _resultAt + Aligned(ResultBytes);
        Copies = data.Copies;
        _memory = device.Context.Allocate(_stride * (ulong)Copies);
        Fill(data);
    }

    public Gemm Op { get; }

    public int Copies { get; }

    public ulong WeightCount { get; }

    public ulong TokenCount { get; }

    public ulong ResultBytes { get; }

    public Bytes BytesPerCopy => new(_stride);

    public ulong Weights(int copy) => _memory.Address + (ulong)copy * _stride;

    public ulong Tokens(int copy) => Weights(copy) + _tokensAt;

    public ulong Result(int copy) => Weights(copy) + _resultAt;

    /// <summary>Makes every copy equal to the first, after its weights changed.</summary>
    public void SpreadFirstCopy()
    {
        for (var copy = 1; copy < Copies; copy++)
            _device.Context.Driver.CopyOnDevice(Weights(copy), Weights(0), _stride, _device.Context.Stream);
        _device.Context.Synchronize();
    }

    public byte[] ReadResult(int copy) => Read(_resultAt + (ulong)copy * _stride, ResultBytes);

    /// <summary>The outputs of one token.</summary>
    public byte[] ReadResultRow(int copy, long token)
    {
        var row = ResultBytes / (ulong)Op.Shape.M;
        return Read(_resultAt + (ulong)copy * _stride + (ulong)token * row, row);
    }

    public byte[] ReadWeights() => Read(0, WeightCount * (ulong)Op.DType.Size().Value);

    public void WriteWeights(ReadOnlySpan<byte> weights) => _memory.CopyFrom(weights);

    /// <summary>All bits set is NaN in every floating-point type, and −1 in int32.</summary>
    public void SpoilResult(int copy) => _device.Context.Driver.Fill(Result(copy), uint.MaxValue, ResultBytes / 4, _device.Context.Stream);

    public void Dispose() => _memory.Dispose();

    // Weights shrink with √K so that fp16 results stay finite; int8 uses the middle of its range.
    private void Fill(KernelData data)
    {
        var integer = Op.DType == DType.Int8;
        var scale = integer ? 32f : (float)(1 / Math.Sqrt(Op.Shape.K));
        // e4m3 has no numbers below 2^-9; a scale of one keeps the operands normal.
        if (Op.DType == DType.Fp8)
            scale = 1;
        _device.Helpers.Fill(Weights(0), WeightCount, Op.DType, (uint)data.Seed, data.Zeros ? 0 : scale);
        _device.Helpers.Fill(Tokens(0), TokenCount, Op.DType, (uint)data.Seed + TokenSeedOffset, data.Zeros ? 0 : integer ? 32f : 1f);
        SpreadFirstCopy();
    }

    private byte[] Read(ulong offset, ulong bytes) => _memory.ToArray<byte>(checked((int)bytes), offset);

    private static ulong Aligned(ulong bytes) => (bytes + 255) / 256 * 256;
}
