using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.CublasLt;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>cuBLASLt's description of y = x · Wᵀ: product, layouts and preference.</summary>
internal sealed class GemmDescriptors : IDisposable
{
    private const ulong WorkspaceLimit = 64UL << 20;
    private const uint Alignment = 256;

    private readonly CublasLtDescriptor<MatmulAttribute> _matmul;
    private readonly CublasLtDescriptor<LayoutAttribute> _weights;
    private readonly CublasLtDescriptor<LayoutAttribute> _tokens;
    private readonly CublasLtDescriptor<LayoutAttribute> _result;
    private readonly CublasLtDescriptor<PreferenceAttribute> _preference;

    public GemmDescriptors(CublasLtLibrary library, DType dtype, GemmShape shape)
    {
        var (compute, scale) = Arithmetic(dtype);
        var type = dtype.Storage();
        _matmul = library.CreateMatmul(compute, scale);
        _matmul.Set(MatmulAttribute.TransposeA, 1);
        if (dtype == DType.Fp8)
            _matmul.Set(MatmulAttribute.FastAccumulation, (sbyte)1);
        _weights = library.CreateLayout(type, shape.K, shape.N, shape.K);
        _tokens = library.CreateLayout(type, shape.K, shape.M, shape.K);
        _result = library.CreateLayout(OutputTypes.Of(dtype), shape.N, shape.M, shape.N);
        _preference = library.CreatePreference();
        _preference.Set(PreferenceAttribute.MaxWorkspaceBytes, WorkspaceLimit);
        foreach (var operand in new[] { PreferenceAttribute.MinAlignmentA, PreferenceAttribute.MinAlignmentB, PreferenceAttribute.MinAlignmentC, PreferenceAttribute.MinAlignmentD })
            _preference.Set(operand, Alignment);
    }

    public MatmulOperands Handles => new(_matmul.Handle, _weights.Handle, _tokens.Handle, _result.Handle, _result.Handle);

    public nint Preference => _preference.Handle;

    public static (CublasCompute Compute, CudaDataType Scale) Arithmetic(DType dtype) => dtype switch
    {
        DType.Tf32 => (CublasCompute.Fp32FastTf32, CudaDataType.Fp32),
        DType.Int8 => (CublasCompute.Int32, CudaDataType.Int32),
        _ => (CublasCompute.Fp32, CudaDataType.Fp32),
    };

    public void Dispose()
    {
        _preference.Dispose();
        _result.Dispose();
        _tokens.Dispose();
        _weights.Dispose();
        _matmul.Dispose();
    }
}
