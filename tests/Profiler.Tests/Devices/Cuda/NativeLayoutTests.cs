using System.Runtime.InteropServices;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.CublasLt;
using SparseProf.Profiler.Devices.Cuda.Native.Cusparse;
using SparseProf.Profiler.Devices.Cuda.Native.CusparseLt;
using SparseProf.Profiler.Devices.Cuda.Native.Driver;
using SparseProf.Profiler.Devices.Cuda.Native.Nvml;

namespace SparseProf.Profiler.Tests.Devices.Cuda;

/// <summary>Sizes, offsets and numbers as a C compiler gives them for NVIDIA's headers (CUDA 12.4, NVML API 13).</summary>
public sealed class NativeLayoutTests
{
    [Fact]
    public unsafe void Structs_have_the_sizes_of_the_headers()
    {
        Assert.Equal(64, sizeof(MatmulAlgorithm));
        Assert.Equal(96, sizeof(HeuristicResult));
        Assert.Equal(72, sizeof(KernelNodeParameters));
        Assert.Equal(40, sizeof(NvmlFieldValue));
        Assert.Equal(24, sizeof(NvmlProcess));
    }

    [Theory]
    [InlineData(typeof(HeuristicResult), nameof(HeuristicResult.WorkspaceBytes), 64)]
    [InlineData(typeof(HeuristicResult), nameof(HeuristicResult.State), 72)]
    [InlineData(typeof(HeuristicResult), nameof(HeuristicResult.Waves), 76)]
    [InlineData(typeof(HeuristicResult), nameof(HeuristicResult.Reserved), 80)]
    [InlineData(typeof(KernelNodeParameters), nameof(KernelNodeParameters.GridX), 8)]
    [InlineData(typeof(KernelNodeParameters), nameof(KernelNodeParameters.BlockX), 20)]
    [InlineData(typeof(KernelNodeParameters), nameof(KernelNodeParameters.SharedBytes), 32)]
    [InlineData(typeof(KernelNodeParameters), nameof(KernelNodeParameters.Parameters), 40)]
    [InlineData(typeof(KernelNodeParameters), nameof(KernelNodeParameters.Kernel), 56)]
    [InlineData(typeof(KernelNodeParameters), nameof(KernelNodeParameters.Context), 64)]
    [InlineData(typeof(NvmlFieldValue), nameof(NvmlFieldValue.ScopeId), 4)]
    [InlineData(typeof(NvmlFieldValue), nameof(NvmlFieldValue.Timestamp), 8)]
    [InlineData(typeof(NvmlFieldValue), nameof(NvmlFieldValue.LatencyMicroseconds), 16)]
    [InlineData(typeof(NvmlFieldValue), nameof(NvmlFieldValue.ValueKind), 24)]
    [InlineData(typeof(NvmlFieldValue), nameof(NvmlFieldValue.Status), 28)]
    [InlineData(typeof(NvmlFieldValue), nameof(NvmlFieldValue.Bits), 32)]
    [InlineData(typeof(NvmlProcess), nameof(NvmlProcess.UsedBytes), 8)]
    [InlineData(typeof(NvmlProcess), nameof(NvmlProcess.GpuInstanceId), 16)]
    public void Fields_lie_where_the_headers_put_them(Type type, string field, int offset) =>
        Assert.Equal(offset, (int)Marshal.OffsetOf(type, field));

    [Fact]
    public void Enumerations_have_the_numbers_of_the_headers()
    {
        Assert.Equal([0, 1, 2, 3, 10, 14, 28, 29], Numbers<CudaDataType>());
        Assert.Equal([64, 68, 70, 72, 77], Numbers<CublasCompute>());
        Assert.Equal([0, 1, 2, 3, 4, 7, 8, 17, 18, 19, 20, 25, 31], Numbers<MatmulAttribute>());
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], Numbers<LayoutAttribute>());
        Assert.Equal([0, 1, 5, 6, 7, 8], Numbers<PreferenceAttribute>());
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8], Numbers<AlgorithmAttribute>());
        Assert.Equal([1, 2], Numbers<CusparseOrder>());
        Assert.Equal([0, 4, 6, 12, 13, 14], Numbers<SpmmAlgorithm>());
        Assert.Equal([0, 1, 2], Numbers<CusparseLtCompute>());
        Assert.Equal([0, 1, 2, 3, 4, 5], Numbers<AlgorithmSetting>());
        Assert.Equal([8], Numbers<MatmulSetting>());
        Assert.Equal([1, 2], Numbers<SplitKMode>());
        Assert.Equal([0, 1], Numbers<CusparseOperation>());
        Assert.Equal([2, 3], Numbers<CusparseIndex>());
        Assert.Equal([74, 75, 82, 83, 185, 186, 269, 270, 271], Numbers<NvmlField>());
        Assert.Equal([0, 1, 2], Numbers<NvmlClock>());
        Assert.Equal([1, 10, 13, 16, 17, 19, 20, 32, 33, 34, 36, 37, 38, 50, 75, 76, 81, 97], Numbers<DeviceAttribute>());
    }

    [Theory]
    [InlineData(100, CudaFailure.NoDevice)]
    [InlineData(2, CudaFailure.OutOfMemory)]
    [InlineData(700, CudaFailure.Sticky)]
    [InlineData(715, CudaFailure.Sticky)]
    [InlineData(719, CudaFailure.Sticky)]
    [InlineData(999, CudaFailure.Sticky)]
    [InlineData(801, CudaFailure.NotSupported)]
    [InlineData(1, CudaFailure.Other)]
    public void Driver_statuses_say_whether_the_process_can_go_on(int status, CudaFailure expected) =>
        Assert.Equal(expected, DriverStatus.Meaning(status));

    [Theory]
    [InlineData(0, 0x3FF8000000000000UL, 1.5)]
    [InlineData(1, 0xFFFFFFFF0000000AUL, 10)]
    [InlineData(3, 123456789012UL, 123456789012)]
    [InlineData(5, 0x00000000FFFFFFFFUL, -1)]
    public void Field_values_are_read_as_their_kind_says(int kind, ulong bits, double expected) =>
        Assert.Equal(expected, new NvmlFieldValue { ValueKind = kind, Bits = bits }.Value);

    [Fact]
    public unsafe void Opaque_objects_are_large_aligned_and_zeroed()
    {
        using var opaque = new OpaqueObject();
        Assert.Equal(0, (nint)opaque.Pointer % OpaqueObject.Alignment);
        Assert.True(new ReadOnlySpan<byte>(opaque.Pointer, OpaqueObject.SizeInBytes).IndexOfAnyExcept((byte)0) < 0);
    }

    private static int[] Numbers<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(value => Convert.ToInt32(value)).Order()];
}
