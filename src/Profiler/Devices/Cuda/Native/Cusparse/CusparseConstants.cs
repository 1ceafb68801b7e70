namespace SparseProf.Profiler.Devices.Cuda.Native.Cusparse;

/// <summary>cusparseStatus_t; cuSPARSE and cuSPARSELt share it.</summary>
internal static class CusparseStatus
{
    public const int Success = 0;
    public const int NotSupported = 10;

    public static string Name(int status) => status switch
    {
        0 => "CUSPARSE_STATUS_SUCCESS",
        1 => "CUSPARSE_STATUS_NOT_INITIALIZED",
        2 => "CUSPARSE_STATUS_ALLOC_FAILED",
        3 => "CUSPARSE_STATUS_INVALID_VALUE",
        4 => "CUSPARSE_STATUS_ARCH_MISMATCH",
        5 => "CUSPARSE_STATUS_MAPPING_ERROR",
        6 => "CUSPARSE_STATUS_EXECUTION_FAILED",
        7 => "CUSPARSE_STATUS_INTERNAL_ERROR",
        8 => "CUSPARSE_STATUS_MATRIX_TYPE_NOT_SUPPORTED",
        9 => "CUSPARSE_STATUS_ZERO_PIVOT",
        10 => "CUSPARSE_STATUS_NOT_SUPPORTED",
        11 => "CUSPARSE_STATUS_INSUFFICIENT_RESOURCES",
        _ => "unknown status",
    };

    public static CudaFailure Meaning(int status) => status switch
    {
        1 => CudaFailure.NoDevice,
        2 or 11 => CudaFailure.OutOfMemory,
        3 or 4 or 8 or 10 => CudaFailure.NotSupported,
        5 or 6 => CudaFailure.Sticky,
        _ => CudaFailure.Other,
    };
}

/// <summary>cusparseOperation_t.</summary>
internal enum CusparseOperation
{
    None = 0,
    Transpose = 1,
}

/// <summary>cusparseOrder_t: counted from one, unlike cuBLASLt's.</summary>
internal enum CusparseOrder
{
    Column = 1,
    Row = 2,
}

/// <summary>cusparseSpMMAlg_t.</summary>
internal enum SpmmAlgorithm
{
    Default = 0,
    Csr1 = 4,
    Csr2 = 6,
    Csr3 = 12,
    BlockedEll1 = 13,

    /// <summary>Not in CUDA 12.4.</summary>
    Bsr1 = 14,
}

/// <summary>cusparseIndexType_t.</summary>
internal enum CusparseIndex
{
    Int32 = 2,
    Int64 = 3,
}
