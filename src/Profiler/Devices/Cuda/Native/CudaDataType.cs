using SparseProf.Ops;

namespace SparseProf.Profiler.Devices.Cuda.Native;

/// <summary>cudaDataType of library_types.h: the element types that all libraries share.</summary>
internal enum CudaDataType
{
    Fp32 = 0,
    Fp64 = 1,
    Fp16 = 2,
    Int8 = 3,
    Int32 = 10,
    Bf16 = 14,
    Fp8E4M3 = 28,
    Fp8E5M2 = 29,
}

internal static class CudaDataTypes
{
    public static CudaDataType Storage(this DType dtype) => dtype switch
    {
        DType.Fp32 or DType.Tf32 => CudaDataType.Fp32,
        DType.Bf16 => CudaDataType.Bf16,
        DType.Fp16 => CudaDataType.Fp16,
        DType.Fp8 => CudaDataType.Fp8E4M3,
        DType.Int8 => CudaDataType.Int8,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "not an element type"),
    };

    public static int SizeInBytes(this CudaDataType type) => type switch
    {
        CudaDataType.Fp64 => 8,
        CudaDataType.Fp32 or CudaDataType.Int32 => 4,
        CudaDataType.Fp16 or CudaDataType.Bf16 => 2,
        _ => 1,
    };
}
