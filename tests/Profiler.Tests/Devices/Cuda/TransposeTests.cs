using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;

namespace SparseProf.Profiler.Tests.Devices.Cuda;

[Collection(SimulatedGpuState.Name)]
public sealed class TransposeTests : IDisposable
{
    private readonly CudaDevice _device = SimulatedDevice.OpenOrSkip();

    public void Dispose() => _device?.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(33, 70)]
    [InlineData(64, 64)]
    [InlineData(129, 65)]
    public void Rows_become_columns_and_columns_rows(int rows, int columns)
    {
        var numbers = Enumerable.Range(0, rows * columns).ToArray();
        var expected = Enumerable.Range(0, rows * columns).Select(at => numbers[at % rows * columns + at / rows]).ToArray();
        Assert.Equal(expected, Transposed(numbers, rows, columns, DType.Fp32));
        Assert.Equal(expected.Select(number => (ushort)number), Transposed(Array.ConvertAll(numbers, number => (ushort)number), rows, columns, DType.Bf16));
    }

    [Fact]
    public void Elements_of_one_byte_are_refused_by_name()
    {
        var error = Assert.Throws<NotSupportedException>(() => Transposed(new byte[4], 2, 2, DType.Int8));
        Assert.Contains("int8", error.Message);
    }

    private T[] Transposed<T>(T[] numbers, int rows, int columns, DType dtype)
        where T : unmanaged => _device.Invoke(() =>
    {
        var bytes = (ulong)(numbers.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        using var source = _device.Context.Allocate(bytes);
        using var target = _device.Context.Allocate(bytes);
        source.CopyFrom<T>(numbers);
        _device.Helpers.Transpose(source.Address, target.Address, rows, columns, dtype);
        _device.Context.Synchronize();
        return target.ToArray<T>(numbers.Length);
    });
}
