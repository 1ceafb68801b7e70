namespace SparseProf.Profiler.Devices.Cuda.Native.CusparseLt;

/// <summary>Plans: one algorithm made ready, the compressed operand that it reads, and the product itself.</summary>
internal sealed unsafe partial class CusparseLtLibrary
{
    public OpaqueObject CreatePlan(OpaqueObject handle, OpaqueObject matmul, OpaqueObject selection) =>
        Create(
            "cusparseLtMatmulPlanInit",
            target => ((delegate* unmanaged[Cdecl]<void*, void*, void*, void*, int>)_planInit)(handle.Pointer, (void*)target, matmul.Pointer, selection.Pointer));

    public void DestroyPlan(OpaqueObject plan) =>
        Release(plan, "cusparseLtMatmulPlanDestroy", target => ((delegate* unmanaged[Cdecl]<void*, int>)_planDestroy)((void*)target));

    public ulong WorkspaceBytes(OpaqueObject handle, OpaqueObject plan)
    {
        nuint bytes;
        Check(((delegate* unmanaged[Cdecl]<void*, void*, nuint*, int>)_workspace)(handle.Pointer, plan.Pointer, &bytes), "cusparseLtMatmulGetWorkspace");
        return bytes;
    }

    /// <summary>Bytes of the compressed operand and of the scratch that compressing needs.</summary>
    public (ulong Compressed, ulong Scratch) CompressedBytes(OpaqueObject handle, OpaqueObject plan)
    {
        nuint compressed;
        nuint scratch;
        Check(
            ((delegate* unmanaged[Cdecl]<void*, void*, nuint*, nuint*, int>)_compressedSize)(handle.Pointer, plan.Pointer, &compressed, &scratch),
            "cusparseLtSpMMACompressedSize");
        return (compressed, scratch);
    }

    /// <param name="verdict">Device address of an int that becomes 0 where the operand is 2:4.</param>
    public void PruneCheck(OpaqueObject handle, OpaqueObject matmul, ulong operand, ulong verdict, nint stream) =>
        Check(
            ((delegate* unmanaged[Cdecl]<void*, void*, ulong, ulong, nint, int>)_pruneCheck)(handle.Pointer, matmul.Pointer, operand, verdict, stream),
            "cusparseLtSpMMAPruneCheck");

    /// <summary>The layout may depend on the plan: compress again for each.</summary>
    public void Compress(OpaqueObject handle, OpaqueObject plan, ulong dense, ulong compressed, ulong scratch, nint stream) =>
        Check(
            ((delegate* unmanaged[Cdecl]<void*, void*, ulong, ulong, ulong, nint, int>)_compress)(handle.Pointer, plan.Pointer, dense, compressed, scratch, stream),
            "cusparseLtSpMMACompress");

    /// <summary>D = compressed Aᵀ · B.</summary>
    public void Multiply(OpaqueObject handle, OpaqueObject plan, ulong compressed, ulong b, ulong d, ulong workspace, nint stream)
    {
        float alpha = 1, beta = 0;
        Check(
            ((delegate* unmanaged[Cdecl]<void*, void*, void*, ulong, ulong, void*, ulong, ulong, ulong, nint*, int, int>)_matmul)(
                handle.Pointer, plan.Pointer, &alpha, compressed, b, &beta, d, d, workspace, &stream, 1),
            "cusparseLtMatmul");
    }
}
