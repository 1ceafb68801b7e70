using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>
/// Memory for x as [K, M] and y as [N, M], tokens contiguous: the order in which cuSPARSE is often several times faster. What
/// frameworks hold is transposed on the way in and on the way out.
/// </summary>
internal sealed class TransposedOperands : IDisposable
{
    private readonly CudaDevice _device;
    private readonly GemmShape _shape;
    private readonly DType _dtype;
    private readonly CudaBuffer _tokens;
    private readonly CudaBuffer _result;

    public TransposedOperands(CudaDevice device, GemmShape shape, DType dtype)
    {
        (_device, _shape, _dtype) = (device, shape, dtype);
        var element = (ulong)dtype.Size().Value;
        _tokens = device.Context.Allocate((ulong)(shape.K * shape.M) * element);
        try
        {
            _result = device.Context.Allocate((ulong)(shape.N * shape.M) * element);
        }
        catch
        {
            _tokens.Dispose();
            throw;
        }
    }

    public ulong Tokens => _tokens.Address;

    public ulong Result => _result.Address;

    public ulong Bytes => _tokens.Bytes + _result.Bytes;

    /// <param name="tokens">Device address of x as [M, K].</param>
    public void TakeTokens(ulong tokens) => _device.Helpers.Transpose(tokens, Tokens, _shape.M, _shape.K, _dtype);

    /// <param name="result">Device address for y as [M, N].</param>
    public void GiveResult(ulong result) => _device.Helpers.Transpose(Result, result, _shape.N, _shape.M, _dtype);

    /// <summary>All bits set is NaN in every floating-point type.</summary>
    public void Spoil()
    {
        foreach (var buffer in new[] { _tokens, _result })
            _device.Context.Driver.Fill(buffer.Address, uint.MaxValue, buffer.Bytes / sizeof(uint), _device.Context.Stream);
    }

    public void Dispose()
    {
        _tokens.Dispose();
        _result.Dispose();
    }
}
