namespace SparseProf.Profiler.Devices.Cuda.Native.CublasLt;

/// <summary>cuBLASLt: matrix products with a choice of algorithms.</summary>
internal sealed unsafe class CublasLtLibrary
{
    private readonly nint _create;
    private readonly nint _destroy;
    private readonly nint _heuristic;
    private readonly nint _matmul;
    private readonly nint _algorithmGet;

    public CublasLtLibrary(NativeLibraryFile library)
    {
        _create = library.Require("cublasLtCreate");
        _destroy = library.Require("cublasLtDestroy");
        _heuristic = library.Require("cublasLtMatmulAlgoGetHeuristic");
        _matmul = library.Require("cublasLtMatmul");
        _algorithmGet = library.Require("cublasLtMatmulAlgoConfigGetAttribute");
        DescriptorCalls = new("cublasLtMatmulDesc", library);
        LayoutCalls = new("cublasLtMatrixLayout", library);
        PreferenceCalls = new("cublasLtMatmulPreference", library);
        Version = LibraryProperty.Version(library, "cublasLtGetProperty");
        Identity = new LibraryIdentity(library.Name, Version.ToString(), library.Path);
    }

    public LibraryIdentity Identity { get; }

    public Version Version { get; }

    private DescriptorFunctions DescriptorCalls { get; }

    private DescriptorFunctions LayoutCalls { get; }

    private DescriptorFunctions PreferenceCalls { get; }

    public nint CreateHandle()
    {
        nint handle;
        Check(((delegate* unmanaged[Cdecl]<nint*, int>)_create)(&handle), "cublasLtCreate");
        return handle;
    }

    public void DestroyHandle(nint handle) => Check(((delegate* unmanaged[Cdecl]<nint, int>)_destroy)(handle), "cublasLtDestroy");

    public CublasLtDescriptor<MatmulAttribute> CreateMatmul(CublasCompute compute, CudaDataType scale)
    {
        nint handle;
        Check(((delegate* unmanaged[Cdecl]<nint*, int, int, int>)DescriptorCalls.Create)(&handle, (int)compute, (int)scale), "cublasLtMatmulDescCreate");
        return new(this, DescriptorCalls, handle);
    }

    /// <summary>A column-major matrix.</summary>
    public CublasLtDescriptor<LayoutAttribute> CreateLayout(CudaDataType type, long rows, long columns, long leadingDimension)
    {
        nint handle;
        Check(
            ((delegate* unmanaged[Cdecl]<nint*, int, ulong, ulong, long, int>)LayoutCalls.Create)(&handle, (int)type, (ulong)rows, (ulong)columns, leadingDimension),
            "cublasLtMatrixLayoutCreate");
        return new(this, LayoutCalls, handle);
    }

    public CublasLtDescriptor<PreferenceAttribute> CreatePreference()
    {
        nint handle;
        Check(((delegate* unmanaged[Cdecl]<nint*, int>)PreferenceCalls.Create)(&handle), "cublasLtMatmulPreferenceCreate");
        return new(this, PreferenceCalls, handle);
    }

    /// <summary>Usable candidates, the library's favourite first; empty where it knows none.</summary>
    public HeuristicResult[] Candidates(nint handle, in MatmulOperands operands, nint preference, int wanted)
    {
        var results = new HeuristicResult[wanted];
        int found;
        fixed (HeuristicResult* pointer = results)
        {
            var status = ((delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint, nint, nint, int, HeuristicResult*, int*, int>)_heuristic)(
                handle, operands.Matmul, operands.LayoutA, operands.LayoutB, operands.LayoutC, operands.LayoutD, preference, wanted, pointer, &found);
            if (status == CublasStatus.NotSupported)
                return [];
            Check(status, "cublasLtMatmulAlgoGetHeuristic");
        }

        return [.. results.Take(found).Where(result => result.State == CublasStatus.Success)];
    }

    /// <summary>D = alpha · op(A) · op(B) + beta · C.</summary>
    /// <param name="alpha">Host address of a value of the descriptor's scale type; the same for <paramref name="beta"/>.</param>
    public void Multiply(
        nint handle, in MatmulOperands operands, void* alpha, ulong a, ulong b, void* beta, ulong c, ulong d,
        MatmulAlgorithm algorithm, ulong workspace, ulong workspaceBytes, nint stream) =>
        Check(
            ((delegate* unmanaged[Cdecl]<nint, nint, void*, ulong, nint, ulong, nint, void*, ulong, nint, ulong, nint, MatmulAlgorithm*, ulong, nuint, nint, int>)_matmul)(
                handle, operands.Matmul, alpha, a, operands.LayoutA, b, operands.LayoutB, beta, c, operands.LayoutC, d, operands.LayoutD,
                &algorithm, workspace, (nuint)workspaceBytes, stream),
            "cublasLtMatmul");

    /// <summary>One of the numbers that an algorithm consists of; null where this version does not know the attribute.</summary>
    public int? AlgorithmValue(MatmulAlgorithm algorithm, AlgorithmAttribute attribute)
    {
        var value = 0;
        nuint written;
        nuint size = attribute is AlgorithmAttribute.InnerShape or AlgorithmAttribute.ClusterShape ? 2u : 4u;
        var status = ((delegate* unmanaged[Cdecl]<MatmulAlgorithm*, int, void*, nuint, nuint*, int>)_algorithmGet)(&algorithm, (int)attribute, &value, size, &written);
        return status == CublasStatus.Success ? value : null;
    }

    public void Check(int status, string call, string? detail = null)
    {
        if (status != CublasStatus.Success)
            throw new CudaCallException(call, status, CublasStatus.Name(status), Identity, CublasStatus.Meaning(status), detail);
    }
}

/// <summary>Handles of the five descriptors of one product.</summary>
internal readonly record struct MatmulOperands(nint Matmul, nint LayoutA, nint LayoutB, nint LayoutC, nint LayoutD);
