using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.CublasLt;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>
/// One cuBLASLt product in the layout that all libraries accept (TN): column-major A = W as [K, N] transposed, B = x as
/// [K, M], D = y as [N, M].
/// </summary>
internal sealed unsafe class CublasLtGemm : CudaGemm
{
    private const ulong WorkspaceLimit = 64UL << 20;
    private const int Wanted = 32;

    private static readonly (string Name, AlgorithmAttribute Attribute)[] s_settings =
    [
        ("id", AlgorithmAttribute.Id), ("tile", AlgorithmAttribute.Tile), ("split_k", AlgorithmAttribute.SplitK),
        ("reduction", AlgorithmAttribute.ReductionScheme), ("swizzle", AlgorithmAttribute.Swizzling), ("custom", AlgorithmAttribute.CustomOption),
        ("stages", AlgorithmAttribute.Stages), ("inner_shape", AlgorithmAttribute.InnerShape), ("cluster_shape", AlgorithmAttribute.ClusterShape),
    ];

    private CublasLtLibrary _library = null!;
    private nint _handle;
    private GemmDescriptors _descriptors = null!;
    private CudaBuffer _workspace = null!;
    private HeuristicResult _algorithm;
    private bool _integer;

    private CublasLtGemm(CudaDevice device, Gemm op, KernelData data)
        : base(device, op, data)
    {
    }

    public static CublasLtGemm Create(CudaDevice device, Gemm op, KernelData data) =>
        Opened(new CublasLtGemm(device, op, data), product => product.Open());

    protected override void Enqueue(int copy) => Multiply(_algorithm, copy);

    protected override void Release()
    {
        _descriptors?.Dispose();
        _workspace?.Dispose();
        if (_handle != 0)
            _library.DestroyHandle(_handle);
    }

    private void Open()
    {
        var op = Operands.Op;
        WeightPruning.Apply(Device, Operands, op.Pattern);
        _library = Context.Toolkit.CublasLt;
        _handle = _library.CreateHandle();
        _workspace = Context.Allocate(WorkspaceLimit);
        _descriptors = new GemmDescriptors(_library, op.DType, op.Shape);
        _integer = op.DType == DType.Int8;
        var candidates = _library.Candidates(_handle, _descriptors.Handles, _descriptors.Preference, Wanted);
        using var search = new CandidateSearch(Context);
        var best = search.Best(candidates, candidate => Multiply(candidate, NextCopy()));
        _algorithm = best.Winner;
        Choice = new AlgorithmChoice(best.Candidates, best.Refused, best.Seconds, _algorithm.WorkspaceBytes, [.. Settings()]);
    }

    private void Multiply(HeuristicResult algorithm, int copy)
    {
        float one = 1, zero = 0;
        int integerOne = 1, integerZero = 0;
        _library.Multiply(
            _handle, _descriptors.Handles,
            _integer ? &integerOne : &one, Operands.Weights(copy), Operands.Tokens(copy),
            _integer ? &integerZero : &zero, Operands.Result(copy), Operands.Result(copy),
            algorithm.Algorithm, _workspace.Address, algorithm.WorkspaceBytes, Context.Stream);
    }

    // What the algorithm consists of: the features that a model of dense kernels needs.
    private IEnumerable<KeyValuePair<string, double>> Settings()
    {
        foreach (var (name, attribute) in s_settings)
        {
            if (_library.AlgorithmValue(_algorithm.Algorithm, attribute) is { } value)
                yield return new(name, value);
        }

        yield return new("waves", _algorithm.Waves);
        if (Operands.Op.DType == DType.Fp8)
            yield return new("fast_accumulation", 1);
    }
}
