namespace SparseProf.Profiler.Devices.Cuda.Native.Cusparse;

/// <summary>cuSPARSE's generic API: a sparse matrix in CSR, BSR or Blocked-ELL times a dense one.</summary>
internal sealed unsafe class CusparseLibrary
{
    private const int ZeroBased = 0;

    private readonly nint _create;
    private readonly nint _destroy;
    private readonly nint _setStream;
    private readonly nint _createCsr;
    private readonly nint _createBsr;
    private readonly nint _createBlockedEll;
    private readonly nint _createDense;
    private readonly nint _destroySparse;
    private readonly nint _destroyDense;
    private readonly nint _bufferSize;
    private readonly nint _preprocess;
    private readonly nint _multiply;

    public CusparseLibrary(NativeLibraryFile library)
    {
        _create = library.Require("cusparseCreate");
        _destroy = library.Require("cusparseDestroy");
        _setStream = library.Require("cusparseSetStream");
        _createCsr = library.Require("cusparseCreateCsr");
        _createBsr = library.Optional("cusparseCreateBsr");
        _createBlockedEll = library.Require("cusparseCreateBlockedEll");
        _createDense = library.Require("cusparseCreateDnMat");
        _destroySparse = library.Require("cusparseDestroySpMat");
        _destroyDense = library.Require("cusparseDestroyDnMat");
        _bufferSize = library.Require("cusparseSpMM_bufferSize");
        _preprocess = library.Require("cusparseSpMM_preprocess");
        _multiply = library.Require("cusparseSpMM");
        Identity = new LibraryIdentity(library.Name, LibraryProperty.Version(library, "cusparseGetProperty").ToString(), library.Path);
    }

    public LibraryIdentity Identity { get; }

    public nint CreateHandle()
    {
        nint handle;
        Check(((delegate* unmanaged[Cdecl]<nint*, int>)_create)(&handle), "cusparseCreate");
        return handle;
    }

    public void DestroyHandle(nint handle) => Check(((delegate* unmanaged[Cdecl]<nint, int>)_destroy)(handle), "cusparseDestroy");

    public void SetStream(nint handle, nint stream) => Check(((delegate* unmanaged[Cdecl]<nint, nint, int>)_setStream)(handle, stream), "cusparseSetStream");

    /// <summary>Row offsets (rows + 1) and column indices are 32-bit.</summary>
    public CusparseMatrix CreateCsr(long rows, long columns, long nonzeros, ulong rowOffsets, ulong columnIndices, ulong values, CudaDataType type)
    {
        nint matrix;
        Check(
            ((delegate* unmanaged[Cdecl]<nint*, long, long, long, ulong, ulong, ulong, int, int, int, int, int>)_createCsr)(
                &matrix, rows, columns, nonzeros, rowOffsets, columnIndices, values, (int)CusparseIndex.Int32, (int)CusparseIndex.Int32, ZeroBased, (int)type),
            "cusparseCreateCsr");
        return new CusparseMatrix(matrix, _destroySparse);
    }

    /// <summary>Sizes count blocks; values of a block lie row by row.</summary>
    public CusparseMatrix CreateBsr(long blockRows, long blockColumns, long blocks, long block, ulong rowOffsets, ulong columnIndices, ulong values, CudaDataType type)
    {
        if (_createBsr == 0)
            throw new CudaCallException("cusparseCreateBsr", CusparseStatus.NotSupported, "not exported", Identity, CudaFailure.NotSupported);
        nint matrix;
        Check(
            ((delegate* unmanaged[Cdecl]<nint*, long, long, long, long, long, ulong, ulong, ulong, int, int, int, int, int, int>)_createBsr)(
                &matrix, blockRows, blockColumns, blocks, block, block, rowOffsets, columnIndices, values,
                (int)CusparseIndex.Int32, (int)CusparseIndex.Int32, ZeroBased, (int)type, (int)CusparseOrder.Row),
            "cusparseCreateBsr");
        return new CusparseMatrix(matrix, _destroySparse);
    }

    /// <param name="ellColumns">Width of the stored part, a multiple of <paramref name="block"/>.</param>
    /// <param name="columnIndices">(rows ÷ block) × (ellColumns ÷ block) block columns; −1 pads.</param>
    public CusparseMatrix CreateBlockedEll(long rows, long columns, long block, long ellColumns, ulong columnIndices, ulong values, CudaDataType type)
    {
        nint matrix;
        Check(
            ((delegate* unmanaged[Cdecl]<nint*, long, long, long, long, ulong, ulong, int, int, int, int>)_createBlockedEll)(
                &matrix, rows, columns, block, ellColumns, columnIndices, values, (int)CusparseIndex.Int32, ZeroBased, (int)type),
            "cusparseCreateBlockedEll");
        return new CusparseMatrix(matrix, _destroySparse);
    }

    public CusparseMatrix CreateDense(long rows, long columns, long leadingDimension, ulong values, CudaDataType type, CusparseOrder order)
    {
        nint matrix;
        Check(
            ((delegate* unmanaged[Cdecl]<nint*, long, long, long, ulong, int, int, int>)_createDense)(&matrix, rows, columns, leadingDimension, values, (int)type, (int)order),
            "cusparseCreateDnMat");
        return new CusparseMatrix(matrix, _destroyDense);
    }

    public ulong BufferBytes(nint handle, in SpmmOperands operands, SpmmAlgorithm algorithm)
    {
        nuint bytes;
        float alpha = 1, beta = 0;
        Check(
            ((delegate* unmanaged[Cdecl]<nint, int, int, void*, nint, nint, void*, nint, int, int, nuint*, int>)_bufferSize)(
                handle, (int)CusparseOperation.None, (int)CusparseOperation.None, &alpha, operands.Sparse, operands.Dense, &beta, operands.Result,
                (int)CudaDataType.Fp32, (int)algorithm, &bytes),
            "cusparseSpMM_bufferSize",
            algorithm.ToString());
        return bytes;
    }

    /// <summary>One-off analysis; the same buffer must be given to <see cref="Multiply"/>.</summary>
    public void Preprocess(nint handle, in SpmmOperands operands, SpmmAlgorithm algorithm, ulong buffer) =>
        Run(_preprocess, "cusparseSpMM_preprocess", handle, operands, algorithm, buffer);

    public void Multiply(nint handle, in SpmmOperands operands, SpmmAlgorithm algorithm, ulong buffer) =>
        Run(_multiply, "cusparseSpMM", handle, operands, algorithm, buffer);

    private void Run(nint function, string call, nint handle, in SpmmOperands operands, SpmmAlgorithm algorithm, ulong buffer)
    {
        float alpha = 1, beta = 0;
        Check(
            ((delegate* unmanaged[Cdecl]<nint, int, int, void*, nint, nint, void*, nint, int, int, ulong, int>)function)(
                handle, (int)CusparseOperation.None, (int)CusparseOperation.None, &alpha, operands.Sparse, operands.Dense, &beta, operands.Result,
                (int)CudaDataType.Fp32, (int)algorithm, buffer),
            call,
            algorithm.ToString());
    }

    private void Check(int status, string call, string? detail = null)
    {
        if (status != CusparseStatus.Success)
            throw new CudaCallException(call, status, CusparseStatus.Name(status), Identity, CusparseStatus.Meaning(status), detail);
    }
}

/// <summary>Handles of C = A · B with sparse A.</summary>
internal readonly record struct SpmmOperands(nint Sparse, nint Dense, nint Result);

/// <summary>A sparse or dense matrix descriptor.</summary>
internal sealed unsafe class CusparseMatrix(nint handle, nint destroy) : IDisposable
{
    public nint Handle { get; private set; } = handle;

    public void Dispose()
    {
        if (Handle == 0)
            return;
        ((delegate* unmanaged[Cdecl]<nint, int>)destroy)(Handle);
        Handle = 0;
    }
}
