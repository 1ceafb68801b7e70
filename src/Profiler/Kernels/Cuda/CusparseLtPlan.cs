using SparseProf.Ops;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.CusparseLt;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>
/// cuSPARSELt's objects for one product and the plan of the current candidate. Plans point at descriptors and handle, so
/// they are freed in the reverse order of their making.
/// </summary>
internal sealed class CusparseLtPlan : IDisposable
{
    // Above this many results the GPU is full without splitting K.
    private const long ManyResults = 4096L * 4096;

    // Reported to hang below so many tokens.
    private const int OldestSegmentK = 90;
    private const long FewestSegmentTokens = 400;

    private readonly CusparseLtLibrary _library;
    private readonly Gemm _op;
    private readonly OpaqueObject _handle;
    private readonly OpaqueObject _weights;
    private readonly OpaqueObject _tokens;
    private readonly OpaqueObject _result;
    private readonly OpaqueObject _matmul;
    private OpaqueObject? _selection;
    private OpaqueObject? _plan;
    private ulong _scratchBytes;

    /// <param name="bias">Device address of one number an output, of the result's type; null for none.</param>
    public CusparseLtPlan(CusparseLtLibrary library, Gemm op, ulong? bias = null)
    {
        (_library, _op) = (library, op);
        var (shape, type) = (op.Shape, op.DType.Storage());
        _handle = library.CreateHandle();
        _weights = library.CreateStructured(_handle, shape.K, shape.N, shape.K, type);
        _tokens = library.CreateDense(_handle, shape.K, shape.M, shape.K, type);
        _result = library.CreateDense(_handle, shape.N, shape.M, shape.N, OutputTypes.Of(op.DType));
        _matmul = library.CreateMatmul(_handle, _weights, _tokens, _result, op.DType == DType.Int8 ? CusparseLtCompute.Int32 : CusparseLtCompute.Fp32);
        if (bias is { } address)
            library.SetBias(_handle, _matmul, address);
    }

    public CusparseLtCandidate? Current { get; private set; }

    public ulong CompressedBytes { get; private set; }

    public ulong WorkspaceBytes { get; private set; }

    /// <summary>Every id, unsplit; for small results also with K split in 2, 4 and 8, in one kernel and in two; in segments where there are such.</summary>
    /// <param name="architecture">Compute capability without the dot.</param>
    /// <param name="trials">What is left out.</param>
    public IReadOnlyList<CusparseLtCandidate> Candidates(int architecture, CandidateTrials trials)
    {
        var selection = _library.CreateSelection(_handle, _matmul);
        var count = _library.Get(_handle, selection, AlgorithmSetting.ConfigurationCount);
        _library.DestroySelection(selection);
        int[] splits = _op.Shape.M * _op.Shape.N < ManyResults ? [2, 4, 8] : [];
        IEnumerable<CusparseLtCandidate> all =
        [
            .. from id in Enumerable.Range(0, count) select new CusparseLtCandidate(id, 1, SplitKMode.OneKernel),
            .. from id in Enumerable.Range(0, count)
               from split in splits
               from mode in new[] { SplitKMode.OneKernel, SplitKMode.TwoKernels }
               select new CusparseLtCandidate(id, split, mode),
            .. architecture >= OldestSegmentK && _op.Shape.M >= FewestSegmentTokens
                ? Enumerable.Range(0, count).Select(id => new CusparseLtCandidate(id, CusparseLtCandidate.Segments, SplitKMode.OneKernel))
                : [],
        ];
        return [.. all.Where(candidate => !trials.Without.Contains(candidate.Kind))];
    }

    /// <summary>Makes the plan of a candidate.</summary>
    /// <exception cref="CudaCallException">The library refuses it for this shape.</exception>
    public void Become(CusparseLtCandidate candidate)
    {
        DropPlan();
        _selection = _library.CreateSelection(_handle, _matmul);
        _library.Set(_handle, _selection, AlgorithmSetting.ConfigurationId, candidate.Id);
        if (candidate.SplitK != 1)
            _library.Set(_handle, _selection, AlgorithmSetting.SplitK, candidate.SplitK);
        if (candidate.SplitK > 1)
            _library.Set(_handle, _selection, AlgorithmSetting.SplitKMode, (int)candidate.Mode);

        _plan = _library.CreatePlan(_handle, _matmul, _selection);
        WorkspaceBytes = _library.WorkspaceBytes(_handle, _plan);
        (CompressedBytes, _scratchBytes) = _library.CompressedBytes(_handle, _plan);
        Current = candidate;
    }

    /// <exception cref="NotSupportedException">The library does not see a pruned operand: a defect of the pruning.</exception>
    public void RequirePruned(CudaContext context, ulong weights)
    {
        using var verdict = context.Allocate(sizeof(int));
        // The library writes only where it finds a fault.
        context.Driver.Fill(verdict.Address, 0, 1, context.Stream);
        _library.PruneCheck(_handle, _matmul, weights, verdict.Address, context.Stream);
        context.Synchronize();
        if (verdict.ToArray<int>(1)[0] != 0)
            throw new NotSupportedException($"cuSPARSELt does not see a {_op.Pattern} operand");
    }

    public void Compress(CudaContext context, ulong weights, ulong compressed)
    {
        using var scratch = context.Allocate(_scratchBytes);
        _library.Compress(_handle, _plan!, weights, compressed, scratch.Address, context.Stream);
        context.Synchronize();
    }

    public void Multiply(ulong compressed, ulong tokens, ulong result, ulong workspace, nint stream) =>
        _library.Multiply(_handle, _plan!, compressed, tokens, result, workspace, stream);

    public void Dispose()
    {
        DropPlan();
        _matmul.Dispose();
        _library.DestroyMatrix(_result);
        _library.DestroyMatrix(_tokens);
        _library.DestroyMatrix(_weights);
        _library.DestroyHandle(_handle);
    }

    private void DropPlan()
    {
        Current = null;
        if (_plan is not null)
            _library.DestroyPlan(_plan);
        _plan = null;
        if (_selection is not null)
            _library.DestroySelection(_selection);
        _selection = null;
    }
}
