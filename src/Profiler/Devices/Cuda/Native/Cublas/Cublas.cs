using SparseProf.Profiler.Devices.Cuda.Native.CublasLt;

namespace SparseProf.Profiler.Devices.Cuda.Native.Cublas;

/// <summary>The part of cuBLAS that cuBLASLt lacks: grouped products of unequal sizes in one launch (12.5 and later).</summary>
internal sealed unsafe class CublasLibrary
{
    private readonly nint _create;
    private readonly nint _destroy;
    private readonly nint _setStream;
    private readonly nint _setWorkspace;
    private readonly nint _grouped;

    public CublasLibrary(NativeLibraryFile library)
    {
        _create = library.Require("cublasCreate_v2");
        _destroy = library.Require("cublasDestroy_v2");
        _setStream = library.Require("cublasSetStream_v2");
        _setWorkspace = library.Require("cublasSetWorkspace_v2");
        _grouped = library.Optional("cublasGemmGroupedBatchedEx");
        Identity = new LibraryIdentity(library.Name, LibraryProperty.Version(library, "cublasGetProperty").ToString(), library.Path);
    }

    public LibraryIdentity Identity { get; }

    public bool HasGroupedGemm => _grouped != 0;

    public nint CreateHandle()
    {
        nint handle;
        Check(((delegate* unmanaged[Cdecl]<nint*, int>)_create)(&handle), "cublasCreate_v2");
        return handle;
    }

    public void DestroyHandle(nint handle) => Check(((delegate* unmanaged[Cdecl]<nint, int>)_destroy)(handle), "cublasDestroy_v2");

    public void SetStream(nint handle, nint stream) => Check(((delegate* unmanaged[Cdecl]<nint, nint, int>)_setStream)(handle, stream), "cublasSetStream_v2");

    public void SetWorkspace(nint handle, ulong workspace, ulong bytes) =>
        Check(((delegate* unmanaged[Cdecl]<nint, ulong, nuint, int>)_setWorkspace)(handle, workspace, (nuint)bytes), "cublasSetWorkspace_v2");

    /// <summary>One product a group, y = x · Wᵀ each, in fp32 accumulation; sizes are host arrays, operand addresses device arrays.</summary>
    public void MultiplyGroups(nint handle, GroupedProducts groups, CudaDataType type)
    {
        if (!HasGroupedGemm)
            throw new CudaCallException("cublasGemmGroupedBatchedEx", CublasStatus.NotSupported, "not exported", Identity, CudaFailure.NotSupported, "needs cuBLAS 12.5 or later");
        fixed (int* transA = groups.TransposeW, transB = groups.TransposeX, m = groups.Outputs, n = groups.Tokens, k = groups.Inputs, ldd = groups.Outputs, size = groups.Ones)
        fixed (float* alpha = groups.Alpha, beta = groups.Beta)
        {
            Check(
                ((delegate* unmanaged[Cdecl]<nint, int*, int*, int*, int*, int*, void*, ulong, int, int*, ulong, int, int*, void*, ulong, int, int*, int, int*, int, int>)_grouped)(
                    handle, transA, transB, m, n, k, alpha, groups.WeightAddresses, (int)type, k, groups.TokenAddresses, (int)type, k,
                    beta, groups.OutputAddresses, (int)type, ldd, groups.Count, size, (int)CublasCompute.Fp32),
                "cublasGemmGroupedBatchedEx");
        }
    }

    private void Check(int status, string call)
    {
        if (status != CublasStatus.Success)
            throw new CudaCallException(call, status, CublasStatus.Name(status), Identity, CublasStatus.Meaning(status));
    }
}

/// <summary>Sizes and addresses of one product an expert: outputs × tokens × inputs.</summary>
/// <param name="WeightAddresses">Device address of an array of device addresses, one an expert; the same for the next two.</param>
internal sealed record GroupedProducts(int[] Outputs, int[] Tokens, int[] Inputs, ulong WeightAddresses, ulong TokenAddresses, ulong OutputAddresses)
{
    public int Count => Outputs.Length;

    public int[] TransposeW { get; } = Filled(Outputs.Length, 1);

    public int[] TransposeX { get; } = Filled(Outputs.Length, 0);

    public int[] Ones { get; } = Filled(Outputs.Length, 1);

    public float[] Alpha { get; } = Filled(Outputs.Length, 1f);

    public float[] Beta { get; } = Filled(Outputs.Length, 0f);

    private static T[] Filled<T>(int length, T value)
    {
        var array = new T[length];
        Array.Fill(array, value);
        return array;
    }
}
