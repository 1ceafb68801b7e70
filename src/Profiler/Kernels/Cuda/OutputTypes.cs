using System.Runtime.InteropServices;
using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda.Native;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>What type the result has for operands of each type, the same for every library so that times compare, and how exact it is.</summary>
internal static class OutputTypes
{
    public static CudaDataType Of(DType dtype) => dtype switch
    {
        DType.Int8 => CudaDataType.Int32,
        DType.Fp8 => CudaDataType.Bf16,
        _ => dtype.Storage(),
    };

    /// <summary>
    /// Largest accepted difference in units of the results' root mean square. Products accumulate in fp32, so the rounding
    /// of the result itself (its ulp at five times the root mean square) decides; int8 is exact; tf32 rounds its operands;
    /// fp8 may accumulate with 14 bits.
    /// </summary>
    public static double Tolerance(DType dtype) => dtype switch
    {
        DType.Fp32 => 1e-4,
        DType.Tf32 => 0.02,
        DType.Fp16 => 0.01,
        DType.Int8 => 1e-9,
        _ => 0.06,
    };

    public static float[] ToFloats(byte[] bytes, CudaDataType type) => type switch
    {
        CudaDataType.Bf16 => Convert<ushort>(bytes, value => BitConverter.Int32BitsToSingle(value << 16)),
        CudaDataType.Fp16 => Convert<Half>(bytes, value => (float)value),
        CudaDataType.Int32 => Convert<int>(bytes, value => value),
        _ => Convert<float>(bytes, value => value),
    };

    private static float[] Convert<T>(byte[] bytes, Func<T, float> convert)
        where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes);
        var floats = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
            floats[i] = convert(values[i]);
        return floats;
    }
}
