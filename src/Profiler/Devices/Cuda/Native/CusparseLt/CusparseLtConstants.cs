namespace SparseProf.Profiler.Devices.Cuda.Native.CusparseLt;

/// <summary>cusparseComputeType of versions 0.6 and later; older ones gave the numbers other meanings.</summary>
internal enum CusparseLtCompute
{
    Int32 = 0,
    Fp16 = 1,
    Fp32 = 2,
}

/// <summary>cusparseLtMatmulAlgAttribute_t, all 4 bytes.</summary>
internal enum AlgorithmSetting
{
    ConfigurationId = 0,

    /// <summary>Read only: ids run from 0 to this, exclusive.</summary>
    ConfigurationCount = 1,
    SearchIterations = 2,
    SplitK = 3,
    SplitKMode = 4,
    SplitKBuffers = 5,
}

/// <summary>cusparseLtSplitKMode_t.</summary>
internal enum SplitKMode
{
    OneKernel = 1,
    TwoKernels = 2,
}

/// <summary>cusparseLtMatmulDescAttribute_t.</summary>
internal enum MatmulSetting
{
    /// <summary>A device pointer, 8 bytes; the bias has the result's type, fp32 for int8.</summary>
    BiasPointer = 8,
}
