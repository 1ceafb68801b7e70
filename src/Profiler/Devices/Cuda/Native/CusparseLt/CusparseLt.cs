using SparseProf.Ops.Errors;
using SparseProf.Profiler.Devices.Cuda.Native.Cusparse;

namespace SparseProf.Profiler.Devices.Cuda.Native.CusparseLt;

/// <summary>cuSPARSELt: products with a 2:4 operand on sparse tensor cores.</summary>
internal sealed unsafe partial class CusparseLtLibrary
{
    /// <summary>Older versions number the compute types differently and would silently compute in another type.</summary>
    public static readonly Version Oldest = new(0, 6);

    private const uint PointerAlignment = 16;
    private const int FiftyPercent = 0;

    private readonly nint _init;
    private readonly nint _destroy;
    private readonly nint _denseInit;
    private readonly nint _structuredInit;
    private readonly nint _matDestroy;
    private readonly nint _matmulInit;
    private readonly nint _matmulSet;
    private readonly nint _algorithmInit;
    private readonly nint _algorithmDestroy;
    private readonly nint _algorithmSet;
    private readonly nint _algorithmGet;
    private readonly nint _planInit;
    private readonly nint _planDestroy;
    private readonly nint _workspace;
    private readonly nint _matmul;
    private readonly nint _pruneCheck;
    private readonly nint _compressedSize;
    private readonly nint _compress;

    public CusparseLtLibrary(NativeLibraryFile library)
    {
        var version = LibraryProperty.Version(library, "cusparseLtGetProperty");
        Identity = new LibraryIdentity(library.Name, version.ToString(), library.Path);
        RefuseOld(version, library.Path);
        _init = library.Require("cusparseLtInit");
        _destroy = library.Require("cusparseLtDestroy");
        _denseInit = library.Require("cusparseLtDenseDescriptorInit");
        _structuredInit = library.Require("cusparseLtStructuredDescriptorInit");
        _matDestroy = library.Require("cusparseLtMatDescriptorDestroy");
        _matmulInit = library.Require("cusparseLtMatmulDescriptorInit");
        _matmulSet = library.Require("cusparseLtMatmulDescSetAttribute");
        _algorithmInit = library.Require("cusparseLtMatmulAlgSelectionInit");
        _algorithmDestroy = library.Optional("cusparseLtMatmulAlgSelectionDestroy");
        _algorithmSet = library.Require("cusparseLtMatmulAlgSetAttribute");
        _algorithmGet = library.Require("cusparseLtMatmulAlgGetAttribute");
        _planInit = library.Require("cusparseLtMatmulPlanInit");
        _planDestroy = library.Require("cusparseLtMatmulPlanDestroy");
        _workspace = library.Require("cusparseLtMatmulGetWorkspace");
        _matmul = library.Require("cusparseLtMatmul");
        _pruneCheck = library.Require("cusparseLtSpMMAPruneCheck");
        _compressedSize = library.Require("cusparseLtSpMMACompressedSize");
        _compress = library.Require("cusparseLtSpMMACompress");
    }

    public LibraryIdentity Identity { get; }

    /// <exception cref="UserErrorException">The version is below <see cref="Oldest"/>.</exception>
    public static void RefuseOld(Version version, string path)
    {
        if (version < Oldest)
        {
            throw new UserErrorException(ErrorKind.Missing, $"cuSPARSELt {version} at {path} is too old")
            {
                Allowed = $"{Oldest} and later",
                Next = "pip install --upgrade nvidia-cusparselt-cu12 (or -cu13)",
            };
        }
    }

    public OpaqueObject CreateHandle() => Create("cusparseLtInit", target => ((delegate* unmanaged[Cdecl]<void*, int>)_init)((void*)target));

    public void DestroyHandle(OpaqueObject handle) =>
        Release(handle, "cusparseLtDestroy", target => ((delegate* unmanaged[Cdecl]<void*, int>)_destroy)((void*)target));

    /// <summary>A column-major dense matrix.</summary>
    public OpaqueObject CreateDense(OpaqueObject handle, long rows, long columns, long leadingDimension, CudaDataType type) =>
        Create(
            "cusparseLtDenseDescriptorInit",
            target => ((delegate* unmanaged[Cdecl]<void*, void*, long, long, long, uint, int, int, int>)_denseInit)(
                handle.Pointer, (void*)target, rows, columns, leadingDimension, PointerAlignment, (int)type, (int)CusparseOrder.Column));

    /// <summary>A column-major 2:4 matrix.</summary>
    public OpaqueObject CreateStructured(OpaqueObject handle, long rows, long columns, long leadingDimension, CudaDataType type) =>
        Create(
            "cusparseLtStructuredDescriptorInit",
            target => ((delegate* unmanaged[Cdecl]<void*, void*, long, long, long, uint, int, int, int, int>)_structuredInit)(
                handle.Pointer, (void*)target, rows, columns, leadingDimension, PointerAlignment, (int)type, (int)CusparseOrder.Column, FiftyPercent));

    public void DestroyMatrix(OpaqueObject matrix) =>
        Release(matrix, "cusparseLtMatDescriptorDestroy", target => ((delegate* unmanaged[Cdecl]<void*, int>)_matDestroy)((void*)target));

    /// <summary>D = Aᵀ · B with 2:4 A; there is no call that frees the descriptor, only its memory.</summary>
    public OpaqueObject CreateMatmul(OpaqueObject handle, OpaqueObject a, OpaqueObject b, OpaqueObject c, CusparseLtCompute compute) =>
        Create(
            "cusparseLtMatmulDescriptorInit",
            target => ((delegate* unmanaged[Cdecl]<void*, void*, int, int, void*, void*, void*, void*, int, int>)_matmulInit)(
                handle.Pointer, (void*)target, (int)CusparseOperation.Transpose, (int)CusparseOperation.None, a.Pointer, b.Pointer, c.Pointer, c.Pointer, (int)compute));

    /// <summary>Adds one number an output to the result.</summary>
    public void SetBias(OpaqueObject handle, OpaqueObject matmul, ulong bias) =>
        Check(
            ((delegate* unmanaged[Cdecl]<void*, void*, int, void*, nuint, int>)_matmulSet)(
                handle.Pointer, matmul.Pointer, (int)MatmulSetting.BiasPointer, &bias, sizeof(ulong)),
            "cusparseLtMatmulDescSetAttribute",
            nameof(MatmulSetting.BiasPointer));

    public OpaqueObject CreateSelection(OpaqueObject handle, OpaqueObject matmul) =>
        Create(
            "cusparseLtMatmulAlgSelectionInit",
            target => ((delegate* unmanaged[Cdecl]<void*, void*, void*, int, int>)_algorithmInit)(handle.Pointer, (void*)target, matmul.Pointer, 0));

    /// <summary>Versions before 0.8 have no call for it.</summary>
    public void DestroySelection(OpaqueObject selection)
    {
        if (_algorithmDestroy != 0)
            ((delegate* unmanaged[Cdecl]<void*, int>)_algorithmDestroy)(selection.Pointer);
        selection.Dispose();
    }

    public void Set(OpaqueObject handle, OpaqueObject selection, AlgorithmSetting setting, int value) =>
        Check(
            ((delegate* unmanaged[Cdecl]<void*, void*, int, void*, nuint, int>)_algorithmSet)(handle.Pointer, selection.Pointer, (int)setting, &value, sizeof(int)),
            "cusparseLtMatmulAlgSetAttribute",
            $"{setting} = {value}");

    public int Get(OpaqueObject handle, OpaqueObject selection, AlgorithmSetting setting)
    {
        int value;
        Check(
            ((delegate* unmanaged[Cdecl]<void*, void*, int, void*, nuint, int>)_algorithmGet)(handle.Pointer, selection.Pointer, (int)setting, &value, sizeof(int)),
            "cusparseLtMatmulAlgGetAttribute",
            setting.ToString());
        return value;
    }

    private OpaqueObject Create(string call, Func<nint, int> init)
    {
        var created = new OpaqueObject();
        try
        {
            Check(init((nint)created.Pointer), call);
            return created;
        }
        catch
        {
            created.Dispose();
            throw;
        }
    }

    private void Release(OpaqueObject released, string call, Func<nint, int> destroy)
    {
        var status = destroy((nint)released.Pointer);
        released.Dispose();
        Check(status, call);
    }

    private void Check(int status, string call, string? detail = null)
    {
        if (status != CusparseStatus.Success)
            throw new CudaCallException(call, status, CusparseStatus.Name(status), Identity, CusparseStatus.Meaning(status), detail);
    }
}
