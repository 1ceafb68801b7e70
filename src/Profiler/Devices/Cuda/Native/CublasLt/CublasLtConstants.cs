using System.Runtime.InteropServices;

namespace SparseProf.Profiler.Devices.Cuda.Native.CublasLt;

/// <summary>cublasStatus_t; cuBLAS and cuBLASLt share it.</summary>
internal static class CublasStatus
{
    public const int Success = 0;
    public const int InvalidValue = 7;
    public const int NotSupported = 15;

    public static string Name(int status) => status switch
    {
        0 => "CUBLAS_STATUS_SUCCESS",
        1 => "CUBLAS_STATUS_NOT_INITIALIZED",
        3 => "CUBLAS_STATUS_ALLOC_FAILED",
        7 => "CUBLAS_STATUS_INVALID_VALUE",
        8 => "CUBLAS_STATUS_ARCH_MISMATCH",
        11 => "CUBLAS_STATUS_MAPPING_ERROR",
        13 => "CUBLAS_STATUS_EXECUTION_FAILED",
        14 => "CUBLAS_STATUS_INTERNAL_ERROR",
        15 => "CUBLAS_STATUS_NOT_SUPPORTED",
        16 => "CUBLAS_STATUS_LICENSE_ERROR",
        _ => "unknown status",
    };

    public static CudaFailure Meaning(int status) => status switch
    {
        1 => CudaFailure.NoDevice,
        3 => CudaFailure.OutOfMemory,
        7 or 8 or 15 => CudaFailure.NotSupported,
        11 or 13 => CudaFailure.Sticky,
        _ => CudaFailure.Other,
    };
}

/// <summary>cublasComputeType_t.</summary>
internal enum CublasCompute
{
    Fp16 = 64,
    Fp32 = 68,
    Fp64 = 70,
    Int32 = 72,
    Fp32FastTf32 = 77,
}

/// <summary>cublasLtMatmulDescAttributes_t; the library checks the size of each value.</summary>
internal enum MatmulAttribute
{
    ComputeType = 0,
    ScaleType = 1,
    PointerMode = 2,
    TransposeA = 3,
    TransposeB = 4,
    Epilogue = 7,
    BiasPointer = 8,
    ScalePointerA = 17,
    ScalePointerB = 18,
    ScalePointerC = 19,
    ScalePointerD = 20,

    /// <summary>One byte.</summary>
    FastAccumulation = 25,

    /// <summary>cuBLAS 12.8 and later.</summary>
    ScaleModeA = 31,
}

/// <summary>cublasLtMatrixLayoutAttribute_t.</summary>
internal enum LayoutAttribute
{
    Type = 0,
    Order = 1,
    Rows = 2,
    Columns = 3,
    LeadingDimension = 4,
    BatchCount = 5,
    BatchStride = 6,
}

/// <summary>cublasLtMatmulPreferenceAttributes_t.</summary>
internal enum PreferenceAttribute
{
    SearchMode = 0,

    /// <summary>64-bit; 0 unless set, which leaves only slow kernels.</summary>
    MaxWorkspaceBytes = 1,
    MinAlignmentA = 5,
    MinAlignmentB = 6,
    MinAlignmentC = 7,
    MinAlignmentD = 8,
}

/// <summary>cublasLtMatmulAlgoConfigAttributes_t: what an algorithm consists of.</summary>
internal enum AlgorithmAttribute
{
    Id = 0,
    Tile = 1,
    SplitK = 2,
    ReductionScheme = 3,
    Swizzling = 4,
    CustomOption = 5,
    Stages = 6,

    /// <summary>Two bytes.</summary>
    InnerShape = 7,

    /// <summary>Two bytes.</summary>
    ClusterShape = 8,
}

/// <summary>cublasLtMatmulAlgo_t: 64 bytes, meaningful only to the library version that filled them.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MatmulAlgorithm
{
    public fixed ulong Data[8];
}

/// <summary>cublasLtMatmulHeuristicResult_t: 96 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct HeuristicResult
{
    public MatmulAlgorithm Algorithm;
    public nuint WorkspaceBytes;

    /// <summary>Must be 0 for the algorithm to be used.</summary>
    public int State;
    public float Waves;
    public fixed int Reserved[4];
}
